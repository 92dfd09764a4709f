package io.quaestor.runtime.go;

import java.math.BigDecimal;

/// Strings as Go's `%q` writes them, and numbers as its `%v` does.
public final class GoText {

    private GoText() {}

    /// In double quotes, with escapes for what cannot be printed.
    public static String quote(String text) {
        var result = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> result.append("\\\"");
                case '\\' -> result.append("\\\\");
                case 0x07 -> result.append("\\a");
                case '\b' -> result.append("\\b");
                case '\f' -> result.append("\\f");
                case '\n' -> result.append("\\n");
                case '\r' -> result.append("\\r");
                case '\t' -> result.append("\\t");
                case 0x0b -> result.append("\\v");
                default -> append(result, c);
            }
        });
        return result.append('"').toString();
    }

    /// The shortest text of a number that says it exactly: `1500`, `0.005`, `1e+21`, `+Inf`.
    public static String number(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "+Inf" : "-Inf";
        }
        if (number == 0) {
            return "0";
        }
        var decimal = BigDecimal.valueOf(number).stripTrailingZeros();
        int exponent = decimal.precision() - decimal.scale() - 1;
        if (exponent >= -4 && exponent < 21) { // where Go changes to the other form
            return decimal.toPlainString();
        }
        var digits = decimal.movePointLeft(exponent).stripTrailingZeros().toPlainString();
        return digits + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    private static void append(StringBuilder result, int c) {
        if (isPrintable(c)) {
            result.appendCodePoint(c);
        } else if (c < 0x80) {
            result.append(String.format("\\x%02x", c));
        } else if (c < 0x10000) {
            result.append(String.format("\\u%04x", c));
        } else {
            result.append(String.format("\\U%08x", c));
        }
    }

    /// Letters, marks, numbers, punctuation, symbols and the plain space, as Go's `unicode.IsPrint`.
    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
