package io.quaestor.simulation.proxy;

import io.quaestor.coordinator.Destination;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/// What a node is told of the transaction (RT 4.2).
record TransactionMetadata(long number, boolean primary) {

    private static final Pattern FORM = Pattern.compile("\\{\"id\":(\\d+),\"node\":\"([^\"]+)\",\"primary\":(true|false)}");

    static TransactionMetadata of(Destination destination) {
        var header = destination.headers().getOrDefault("gitaly-reference-transaction", "");
        var json = new String(Base64.getDecoder().decode(header), StandardCharsets.UTF_8);
        var matcher = FORM.matcher(json);
        if (!matcher.matches() || !matcher.group(2).equals(destination.node().storage().value())) {
            throw new AssertionError(destination.node() + " gets the transaction " + json);
        }
        return new TransactionMetadata(Long.parseUnsignedLong(matcher.group(1)), matcher.group(3).equals("true"));
    }
}
