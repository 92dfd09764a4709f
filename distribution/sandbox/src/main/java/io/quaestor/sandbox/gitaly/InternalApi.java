package io.quaestor.sandbox.gitaly;

import com.sun.net.httpserver.HttpExchange;
import io.quaestor.sandbox.rpc.LoopbackServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ThreadFactory;

/// The part of GitLab's internal API that the hooks of a Gitaly ask during a push. Everything is allowed.
///
/// The answers are constants and change nothing, so whoever reaches the port may ask.
public final class InternalApi implements AutoCloseable {

    private static final String ROOT = "/api/v4/internal";

    /// Gitaly refuses an answer without the field that it waits for.
    private static final Map<String, String> ANSWERS = Map.of(
            ROOT + "/check",
            "{\"redis\":true,\"gitlab_version\":\"19.1.0\",\"gitlab_rev\":\"sandbox\",\"api_version\":\"v4\"}",
            ROOT + "/allowed",
            "{\"status\":true}",
            ROOT + "/pre_receive",
            "{\"reference_counter_increased\":true}",
            ROOT + "/post_receive",
            "{\"reference_counter_decreased\":true,\"messages\":[]}");

    /// Longest request: it names all references of a push, about 100 bytes each.
    private static final long LONGEST = 64 << 20;

    private static final int NOTHING_FOLLOWS = -1;

    private final LoopbackServer server;

    private InternalApi(LoopbackServer server) {
        this.server = server;
    }

    /// @param port    on the loopback address; 0 for any free one
    /// @param threads makes virtual threads
    public static InternalApi start(int port, ThreadFactory threads) throws IOException {
        return new InternalApi(LoopbackServer.start(port, InternalApi::handle, threads));
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    private static void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (drained(exchange) > LONGEST) {
                exchange.sendResponseHeaders(413, NOTHING_FOLLOWS);
                return;
            }
            var answer = ANSWERS.get(exchange.getRequestURI().getPath());
            if (answer == null) {
                exchange.sendResponseHeaders(404, NOTHING_FOLLOWS);
                return;
            }
            var body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /// Length of the body, or more than [#LONGEST] if the rest was left unread.
    private static long drained(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody();
        var buffer = new byte[8192];
        long length = 0;
        for (int n = body.read(buffer); n >= 0 && length <= LONGEST; n = body.read(buffer)) {
            length += n;
        }
        return length;
    }
}
