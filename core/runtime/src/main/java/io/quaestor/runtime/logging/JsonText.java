package io.quaestor.runtime.logging;

import java.util.Map;
import java.util.TreeMap;

/// Writes JSON as Go's encoder does: keys in order, `<`, `>` and `&` escaped.
public final class JsonText {

    private final StringBuilder out = new StringBuilder();

    private JsonText() {}

    /// A line of the log in JSON.
    static String line(Fields fields) {
        var all = new TreeMap<String, Object>(fields.others());
        all.put("time", fields.time());
        all.put("level", fields.level());
        all.put("msg", fields.message());
        return of(all);
    }

    /// Numbers, booleans, maps and lists keep their form; anything else is its text.
    public static String of(Object value) {
        var text = new JsonText();
        text.value(value);
        return text.out.toString();
    }

    private void value(Object value) {
        switch (value) {
            case Boolean truth -> out.append(truth);
            case Double number when number.isNaN() || number.isInfinite() -> string(number.toString());
            case Number number -> out.append(number);
            case Map<?, ?> map -> object(map);
            case Iterable<?> items -> array(items);
            default -> string(value.toString());
        }
    }

    private void object(Map<?, ?> map) {
        var sorted = new TreeMap<String, Object>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), value == null ? "null" : value));
        String separator = "{";
        for (var entry : sorted.entrySet()) {
            out.append(separator);
            string(entry.getKey());
            out.append(':');
            value(entry.getValue());
            separator = ",";
        }
        out.append(sorted.isEmpty() ? "{}" : "}");
    }

    private void array(Iterable<?> items) {
        String separator = "";
        out.append('[');
        for (Object item : items) {
            out.append(separator);
            value(item == null ? "null" : item);
            separator = ",";
        }
        out.append(']');
    }

    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '<', '>', '&', '\u2028', '\u2029' -> unicode(c);
                default -> {
                    if (c < ' ') {
                        unicode(c);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private void unicode(char c) {
        out.append(String.format("\\u%04x", (int) c));
    }
}
