package io.quaestor.sandbox.node;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads objects of strings, whole numbers, booleans and objects, which is all that metadata for nodes has.
final class Json {

    /// Nobody nests servers deeper.
    private static final int DEPTH = 8;

    /// Numbers of 64 bits fit.
    private static final int LONGEST_NUMBER = 20;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /// @return values are strings, [BigInteger], booleans or maps
    /// @throws IllegalArgumentException if it is anything else
    static Map<String, Object> object(String text) {
        var reader = new Json(text);
        var object = reader.readObject(0);
        if (reader.peek() != 0) {
            throw reader.unexpected();
        }
        return object;
    }

    private Map<String, Object> readObject(int depth) {
        var object = new LinkedHashMap<String, Object>();
        expect('{');
        if (depth >= DEPTH) {
            throw new IllegalArgumentException("nested too deeply");
        }
        if (peek() == '}') {
            at++;
            return object;
        }
        while (true) {
            peek();
            var key = readString();
            expect(':');
            object.put(key, readValue(depth));
            if (peek() != ',') {
                expect('}');
                return object;
            }
            at++;
        }
    }

    private Object readValue(int depth) {
        return switch (peek()) {
            case '{' -> readObject(depth + 1);
            case '"' -> readString();
            default -> readWord();
        };
    }

    private Object readWord() {
        int start = at;
        while (at < text.length() && ",} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        var word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            default -> {
                if (word.length() > LONGEST_NUMBER) {
                    throw unexpected();
                }
                yield new BigInteger(word);
            }
        };
    }

    private String readString() {
        expect('"');
        var string = new StringBuilder();
        while (true) {
            char c = next();
            if (c == '"') {
                return string.toString();
            }
            string.append(c == '\\' ? escaped() : c);
        }
    }

    private char escaped() {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length()) {
                    throw unexpected();
                }
                at += 4;
                yield (char) Integer.parseInt(text, at - 4, at, 16);
            }
            default -> throw unexpected();
        };
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw unexpected();
        }
        at++;
    }

    private char next() {
        if (at >= text.length()) {
            throw unexpected();
        }
        return text.charAt(at++);
    }

    /// The next character that is not white space, without taking it; 0 at the end.
    private char peek() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException("unexpected JSON at character " + (at + 1));
    }
}
