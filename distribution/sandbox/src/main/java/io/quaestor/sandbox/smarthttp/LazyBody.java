package io.quaestor.sandbox.smarthttp;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;

/// The body of an answer whose status 200 is sent with its first byte: until then the answer can still be a refusal.
///
/// Not closing it and failing the exchange instead breaks the connection without the last chunk, so that git cannot
/// take what it got for the whole.
final class LazyBody extends OutputStream {

    private final HttpExchange exchange;
    private boolean started;

    LazyBody(HttpExchange exchange) {
        this.exchange = exchange;
    }

    boolean started() {
        return started;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /// Does not wait for more: git shows progress while it works.
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
            start();
            exchange.getResponseBody().write(bytes, offset, length);
            exchange.getResponseBody().flush();
        }
    }

    /// The answer is whole.
    void finish() throws IOException {
        start();
        exchange.getResponseBody().close();
    }

    private void start() throws IOException {
        if (!started) {
            started = true;
            exchange.sendResponseHeaders(200, 0); // 0: length unknown, chunked
        }
    }
}
