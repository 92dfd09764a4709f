package io.quaestor.plugin.datastore.postgres;

import io.quaestor.spi.model.RepositoryKey;
import io.quaestor.spi.model.VirtualStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads what Praefect's triggers send: `[{"virtual_storage": "default", "relative_paths": ["a.git", "b.git"]}]` (DS 1.5).
/// Strict: who cannot read a message has missed a change, and must forget everything instead.
final class ChangedPaths {

    private final String json;
    private int at;

    private ChangedPaths(String json) {
        this.json = json;
    }

    private static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;
    }

    /// @return empty if it cannot be read
    static Optional<List<RepositoryKey>> parse(String json) {
        try {
            var reader = new ChangedPaths(json);
            var keys = new ArrayList<RepositoryKey>();
            reader.array(() -> keys.addAll(reader.entry()));
            reader.space();
            return reader.at == json.length() ? Optional.of(keys) : Optional.empty();
        } catch (Malformed | IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    @FunctionalInterface
    private interface Element {

        void read() throws Malformed;
    }

    private List<RepositoryKey> entry() throws Malformed {
        var names = new ArrayList<String>();
        var paths = new ArrayList<String>();
        list('{', '}', () -> {
            var key = string();
            expect(':');
            switch (key) {
                case "virtual_storage" -> names.add(string());
                case "relative_paths" -> array(() -> paths.add(string()));
                default -> throw new Malformed();
            }
        });
        if (names.size() != 1) {
            throw new Malformed();
        }
        var virtualStorage = new VirtualStorage(names.getFirst());
        return paths.stream().map(path -> new RepositoryKey(virtualStorage, path)).toList();
    }

    private void array(Element element) throws Malformed {
        list('[', ']', element);
    }

    private void list(char open, char close, Element element) throws Malformed {
        expect(open);
        if (next() == close) {
            at++;
            return;
        }
        while (true) {
            element.read();
            if (next() == close) {
                at++;
                return;
            }
            expect(',');
        }
    }

    private String string() throws Malformed {
        expect('"');
        var text = new StringBuilder();
        while (true) {
            char c = character();
            if (c == '"') {
                return text.toString();
            }
            text.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() throws Malformed {
        char c = character();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(character(), 16);
                    if (digit < 0) {
                        throw new Malformed();
                    }
                    code = code << 4 | digit;
                }
                yield (char) code;
            }
            default -> throw new Malformed();
        };
    }

    private char character() throws Malformed {
        if (at >= json.length()) {
            throw new Malformed();
        }
        return json.charAt(at++);
    }

    private char next() throws Malformed {
        space();
        if (at >= json.length()) {
            throw new Malformed();
        }
        return json.charAt(at);
    }

    private void expect(char c) throws Malformed {
        if (next() != c) {
            throw new Malformed();
        }
        at++;
    }

    private void space() {
        while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
            at++;
        }
    }
}
