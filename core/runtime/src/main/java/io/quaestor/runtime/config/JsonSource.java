package io.quaestor.runtime.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;

/// Reads the JSON that a `config_command` prints: one value, RFC 8259. Small, since nothing else here reads JSON.
final class JsonSource {

    /// Deeper nesting than any configuration has; keeps a hostile text from ending the stack.
    private static final int DEEPEST = 64;

    private final String source;
    private final String text;
    private int next;
    private int depth;

    private JsonSource(String source, String text) {
        this.source = source;
        this.text = text;
    }

    /// Reads an object. `null` members are left out, since they leave a value alone (OPS 1.3).
    ///
    /// @throws JsonException if the text is not one JSON object
    static Value.Table parse(String source, String text) throws JsonException {
        var reader = new JsonSource(source, text);
        Value value = reader.document();
        if (value instanceof Value.Table table) {
            return table;
        }
        throw new JsonException("cannot unmarshal " + value.kind() + " into the configuration");
    }

    /// The text is not what it should be; the message says why.
    static final class JsonException extends Exception {

        private static final long serialVersionUID = 1L;

        JsonException(String message) {
            super(message);
        }
    }

    private Value document() throws JsonException {
        Value value = value();
        space();
        if (next < text.length()) {
            throw unexpected("after top-level value");
        }
        return value;
    }

    private Value value() throws JsonException {
        space();
        Position at = position();
        if (next >= text.length()) {
            throw new JsonException("unexpected end of JSON input");
        }
        return switch (text.charAt(next)) {
            case '{' -> object(at);
            case '[' -> array(at);
            case '"' -> new Value.Text(string(), at);
            case 't' -> literal("true", new Value.Truth(true, at));
            case 'f' -> literal("false", new Value.Truth(false, at));
            case 'n' -> literal("null", new Value.Other("null", at));
            default -> number(at);
        };
    }

    private Value.Table object(Position at) throws JsonException {
        enter();
        var entries = new LinkedHashMap<String, Value>();
        next++;
        if (!end('}')) {
            do {
                space();
                if (next >= text.length() || text.charAt(next) != '"') {
                    throw unexpected("looking for beginning of object key string");
                }
                String key = string();
                expect(':', "after object key");
                Value value = value();
                if (!(value instanceof Value.Other)) {
                    entries.put(key, value);
                }
            } while (more('}', "after object key:value pair"));
        }
        depth--;
        return new Value.Table(entries, at);
    }

    private Value.Sequence array(Position at) throws JsonException {
        enter();
        var items = new ArrayList<Value>();
        next++;
        if (!end(']')) {
            do {
                items.add(value());
            } while (more(']', "after array element"));
        }
        depth--;
        return new Value.Sequence(items, at);
    }

    private Value number(Position at) throws JsonException {
        int start = next;
        while (next < text.length() && "+-.eE0123456789".indexOf(text.charAt(next)) >= 0) {
            next++;
        }
        String number = text.substring(start, next);
        if (!number.matches("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?")) {
            next = start;
            throw unexpected("looking for beginning of value");
        }
        try {
            return new Value.Whole(Long.parseLong(number), at);
        } catch (NumberFormatException _) {
            return new Value.Fraction(Double.parseDouble(number), at);
        }
    }

    private String string() throws JsonException {
        var result = new StringBuilder();
        for (next++; next < text.length(); next++) {
            char c = text.charAt(next);
            if (c == '"') {
                next++;
                return result.toString();
            }
            if (c < ' ') {
                throw unexpected("in string literal");
            }
            result.append(c == '\\' ? escape() : c);
        }
        throw new JsonException("unexpected end of JSON input");
    }

    private char escape() throws JsonException {
        next++;
        char c = next < text.length() ? text.charAt(next) : '\0';
        int simple = "\"\\/bfnrt".indexOf(c);
        if (simple >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(simple);
        }
        if (c != 'u' || next + 4 >= text.length() || !text.substring(next + 1, next + 5).matches("[0-9a-fA-F]{4}")) {
            throw unexpected("in string escape code");
        }
        next += 4;
        return (char) Integer.parseInt(text, next - 3, next + 1, 16);
    }

    private Value literal(String word, Value value) throws JsonException {
        for (int i = 0; i < word.length(); i++, next++) {
            if (next >= text.length()) {
                throw new JsonException("unexpected end of JSON input");
            }
            if (text.charAt(next) != word.charAt(i)) {
                throw unexpected("in literal " + word + " (expecting '" + word.charAt(i) + "')");
            }
        }
        return value;
    }

    private void enter() throws JsonException {
        if (++depth > DEEPEST) {
            throw new JsonException("exceeded max depth");
        }
    }

    private boolean end(char closing) {
        space();
        boolean isEnd = next < text.length() && text.charAt(next) == closing;
        next += isEnd ? 1 : 0;
        return isEnd;
    }

    private boolean more(char closing, String where) throws JsonException {
        if (end(closing)) {
            return false;
        }
        expect(',', where);
        return true;
    }

    private void expect(char c, String where) throws JsonException {
        space();
        if (next >= text.length()) {
            throw new JsonException("unexpected end of JSON input");
        }
        if (text.charAt(next) != c) {
            throw unexpected(where);
        }
        next++;
    }

    private void space() {
        while (next < text.length() && " \t\r\n".indexOf(text.charAt(next)) >= 0) {
            next++;
        }
    }

    private JsonException unexpected(String where) {
        return next >= text.length()
                ? new JsonException("unexpected end of JSON input")
                : new JsonException("invalid character '" + text.charAt(next) + "' " + where);
    }

    private Position position() {
        int line = 1;
        int start = 0;
        for (int i = text.indexOf('\n'); i >= 0 && i < next; i = text.indexOf('\n', i + 1)) {
            line++;
            start = i + 1;
        }
        return new Position(source, line, next - start + 1);
    }
}
