package io.quaestor.coordinator;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/// Tells a node that it takes part in a transaction (RT 4.2).
final class TransactionHeader {

    private static final String NAME = "gitaly-reference-transaction";

    private TransactionHeader() {}

    /// @param node    the storage's name, as the node knows it
    /// @param primary whether it runs hooks and asks GitLab
    static Map<String, String> of(long transaction, String node, boolean primary) {
        var json = "{\"id\":" + Long.toUnsignedString(transaction) + ",\"node\":\"" + escaped(node) + "\",\"primary\":"
                + primary + "}";
        return Map.of(NAME, Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static String escaped(String text) {
        var escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                if (c == '"' || c == '\\') {
                    escaped.append('\\');
                }
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
