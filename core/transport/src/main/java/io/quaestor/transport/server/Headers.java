package io.quaestor.transport.server;

import io.grpc.Metadata;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The headers that the transport itself knows, and what becomes of them on the way to a node (TR 4.5).
final class Headers {

    static final Metadata.Key<String> AUTHORIZATION = ascii("authorization");
    static final Metadata.Key<String> CORRELATION_ID = ascii("x-gitlab-correlation-id");
    static final Metadata.Key<String> SIDECHANNEL_ID = ascii("gitaly-sidechannel-id");
    static final Metadata.Key<byte[]> STATUS_DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    /// Of the few names that the coordinator asks for and adds: to make a key is to check its name, for each call again.
    private static final Map<String, Metadata.Key<String>> KEYS = new ConcurrentHashMap<>();

    private static final Metadata.Key<String> TRANSACTION = ascii("gitaly-reference-transaction");
    private static final Metadata.Key<String> ACCEPT_ENCODING = ascii("grpc-accept-encoding");

    private Headers() {}

    static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /// The key of a header, kept for the next call.
    ///
    /// @param name never one that a client invents, since it is kept for good
    static Metadata.Key<String> known(String name) {
        var key = KEYS.get(name);
        return key != null ? key : KEYS.computeIfAbsent(name, Headers::ascii);
    }

    /// First value, as Go's servers read it; [Metadata#get] gives the last.
    static @Nullable String first(Metadata headers, Metadata.Key<String> key) {
        var all = headers.getAll(key);
        return all == null ? null : all.iterator().next();
    }

    /// Takes away what is between the client and the proxy only, and says the correlation id once.
    ///
    /// The client's token is none of the node's business; a transaction is the proxy's to open; the proxy has sidechannels of
    /// its own; and what one connection can decompress says nothing about another.
    static void strip(Metadata headers, String correlationId) {
        headers.discardAll(AUTHORIZATION);
        headers.discardAll(ACCEPT_ENCODING);
        headers.discardAll(TRANSACTION);
        headers.discardAll(SIDECHANNEL_ID);
        headers.discardAll(CORRELATION_ID);
        headers.put(CORRELATION_ID, correlationId);
    }

    /// Headers for one node, without its token.
    ///
    /// @param stripped   what is left of the client's
    /// @param additional replace the client's under the same names
    static Metadata forNode(Metadata stripped, Map<String, String> additional) {
        var headers = new Metadata();
        headers.merge(stripped);
        additional.forEach((name, value) -> {
            var key = known(name);
            headers.discardAll(key);
            headers.put(key, value);
        });
        return headers;
    }
}
