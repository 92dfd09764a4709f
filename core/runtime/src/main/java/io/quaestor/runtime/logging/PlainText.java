package io.quaestor.runtime.logging;

import io.quaestor.runtime.go.GoText;
import java.util.Map;
import java.util.regex.Pattern;

/// Writes `time="…" level=info msg="…" key=value`: the fixed fields first, the others in order (OPS 5.1).
final class PlainText {

    private static final Pattern UNQUOTED = Pattern.compile("[A-Za-z0-9._/@^+-]*");

    private PlainText() {}

    static String line(Fields fields) {
        var out = new StringBuilder();
        field(out, "time", fields.time());
        field(out, "level", fields.level());
        field(out, "msg", fields.message());
        fields.others().forEach((name, value) -> field(out, name, value));
        return out.toString();
    }

    private static void field(StringBuilder out, String name, Object value) {
        boolean isStructure = value instanceof Map<?, ?> || value instanceof Iterable<?>;
        String text = isStructure ? JsonText.of(value) : value.toString();
        out.append(out.isEmpty() ? "" : " ").append(name).append('=');
        out.append(UNQUOTED.matcher(text).matches() ? text : GoText.quote(text));
    }
}
