package io.quaestor.runtime.plugin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A header of a bundle's manifest: clauses with attributes and directives.
///
/// @param clauses in the order of the header
record Header(List<Clause> clauses) {

    /// One clause, for example `io.quaestor.kernel;filter:="(api>=1.0.0)"`.
    ///
    /// @param name       what stands first
    /// @param attributes attributes by name, directives by name and colon; types of attributes are left out
    record Clause(String name, Map<String, String> attributes) {

        Optional<String> attribute(String key) {
            return Optional.ofNullable(attributes.get(key));
        }
    }

    static Header parse(Optional<String> header) {
        return new Header(header.stream()
                .flatMap(text -> split(text, ',').stream())
                .map(Header::clause)
                .toList());
    }

    private static Clause clause(String text) {
        List<String> parts = split(text, ';');
        var attributes = new LinkedHashMap<String, String>();
        for (String part : parts.subList(1, parts.size())) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                attributes.put(key(part.substring(0, equals)), unquoted(part.substring(equals + 1)));
            }
        }
        return new Clause(parts.getFirst(), attributes);
    }

    /// `filter:` stays, `api:Version` becomes `api`.
    private static String key(String text) {
        String key = text.strip();
        int colon = key.indexOf(':');
        return colon < 0 || colon == key.length() - 1 ? key : key.substring(0, colon).strip();
    }

    private static String unquoted(String text) {
        String value = text.strip();
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static List<String> split(String text, char separator) {
        var parts = new ArrayList<String>();
        boolean inQuotes = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                inQuotes = !inQuotes;
            } else if (c == separator && !inQuotes) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(text.substring(start).strip());
        return parts;
    }
}
