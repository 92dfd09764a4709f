package io.quaestor.runtime.cli;

import java.util.List;
import java.util.stream.IntStream;

/// Text in columns.
final class Table {

    private Table() {}

    /// One line for each row, columns two spaces apart, no spaces at the end.
    static List<String> lines(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = IntStream.range(0, columns)
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        var line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            String cell = row.get(column);
            line.append(cell).repeat(" ", widths[column] - cell.length() + 2);
        }
        return line.toString().stripTrailing();
    }
}
