package io.quaestor.sandbox.smarthttp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.quaestor.sandbox.rpc.CallFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The addresses of smart HTTP: `NAME/info/refs?service=…`, `NAME/git-upload-pack`, `NAME/git-receive-pack`.
final class SmartHttpHandler implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(SmartHttpHandler.class);

    private static final String INFO_REFS = "/info/refs";

    /// What a client may say about the protocol; anything else is not passed on to a process's environment.
    private static final Pattern PROTOCOL = Pattern.compile("[A-Za-z0-9=:._-]{0,256}");

    /// A page in a browser must not reach a server on this machine by a name of its own.
    private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost", "[::1]");

    private final GitBackend backend;

    SmartHttpHandler(GitBackend backend) {
        this.backend = backend;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        var body = new LazyBody(exchange);
        try {
            serve(exchange, body);
            body.finish();
            exchange.close();
        } catch (IOException | InterruptedException | RuntimeException e) {
            if (body.started()) {
                LOG.warn("{} {} broken off: {}", exchange.getRequestMethod(), exchange.getRequestURI(), e.toString());
                throw new IOException("answer broken off", e); // makes the server drop the connection as it is
            }
            refuse(exchange, refusal(e));
        }
    }

    private void serve(HttpExchange exchange, LazyBody body) throws IOException, InterruptedException {
        requireLocalHost(exchange);
        exchange.getResponseHeaders().set("Cache-Control", "no-cache, max-age=0, must-revalidate");
        var path = path(exchange);
        var protocol = protocol(exchange);
        if (path.endsWith(INFO_REFS)) {
            requireMethod(exchange, "GET");
            var service = service(exchange);
            contentType(exchange, service, "advertisement");
            backend.advertise(service, name(path, INFO_REFS), protocol, body);
            return;
        }
        for (var service : GitService.values()) {
            var suffix = "/" + service.wireName();
            if (path.endsWith(suffix)) {
                requireMethod(exchange, "POST");
                requireContentType(exchange, "application/x-" + service.wireName() + "-request");
                contentType(exchange, service, "result");
                try (var in = content(exchange)) {
                    call(service, name(path, suffix), protocol, in, body);
                }
                return;
            }
        }
        throw new HttpRefusal(404, "no Git repository is served at this address; try git clone");
    }

    private void call(GitService service, RepositoryName name, String protocol, InputStream in, LazyBody body)
            throws IOException, InterruptedException {
        switch (service) {
            case UPLOAD_PACK -> backend.uploadPack(name, protocol, in, body);
            case RECEIVE_PACK -> backend.receivePack(name, protocol, in, body);
        }
    }

    private static String path(HttpExchange exchange) throws HttpRefusal {
        var target = exchange.getRequestURI();
        boolean isHostTaken = target.getScheme() == null && target.getRawAuthority() != null; // as in //a/b.git
        if (isHostTaken || target.getPath() == null) {
            throw new HttpRefusal(400, "not the name of a repository: it begins with two slashes, or is no path");
        }
        return target.getPath();
    }

    private static RepositoryName name(String path, String suffix) throws HttpRefusal {
        try {
            return RepositoryName.parse(path.substring(0, path.length() - suffix.length()));
        } catch (IllegalArgumentException e) {
            throw new HttpRefusal(400, "not the name of a repository: " + e.getMessage());
        }
    }

    private static GitService service(HttpExchange exchange) throws HttpRefusal {
        var query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
        for (var parameter : query.split("&")) {
            if (parameter.startsWith("service=")) {
                return GitService.of(parameter.substring("service=".length()))
                        .orElseThrow(() -> new HttpRefusal(403, "unknown service"));
            }
        }
        throw new HttpRefusal(403, "the dumb protocol is not served; Git 1.6.6 and later speak the smart one");
    }

    private static String protocol(HttpExchange exchange) throws HttpRefusal {
        var protocol = Optional.ofNullable(header(exchange, "Git-Protocol")).orElse("");
        if (!PROTOCOL.matcher(protocol).matches()) {
            throw new HttpRefusal(400, "unintelligible header Git-Protocol");
        }
        return protocol;
    }

    /// Git compresses requests with many lines.
    private static InputStream content(HttpExchange exchange) throws IOException {
        var encoding = header(exchange, "Content-Encoding");
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            return exchange.getRequestBody();
        }
        if (encoding.equalsIgnoreCase("gzip") || encoding.equalsIgnoreCase("x-gzip")) {
            try {
                return new GZIPInputStream(exchange.getRequestBody(), 64 << 10);
            } catch (IOException e) {
                throw new HttpRefusal(400, "the body is not gzip: " + e.getMessage());
            }
        }
        throw new HttpRefusal(415, "unknown content encoding " + encoding);
    }

    private static void contentType(HttpExchange exchange, GitService service, String kind) {
        exchange.getResponseHeaders().set("Content-Type", "application/x-" + service.wireName() + "-" + kind);
    }

    private static void requireLocalHost(HttpExchange exchange) throws HttpRefusal {
        var host = Optional.ofNullable(header(exchange, "Host")).orElse("127.0.0.1");
        if (!HOSTS.contains(host.replaceFirst(":\\d+$", ""))) {
            throw new HttpRefusal(403, "served on this machine only, not as " + host);
        }
    }

    private static void requireMethod(HttpExchange exchange, String method) throws HttpRefusal {
        if (!exchange.getRequestMethod().equals(method)) {
            exchange.getResponseHeaders().set("Allow", method);
            throw new HttpRefusal(405, "use " + method);
        }
    }

    private static void requireContentType(HttpExchange exchange, String type) throws HttpRefusal {
        if (!type.equals(header(exchange, "Content-Type"))) {
            throw new HttpRefusal(415, "expected content type " + type);
        }
    }

    private static @Nullable String header(HttpExchange exchange, String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    private static HttpRefusal refusal(Exception failure) {
        return switch (failure) {
            case HttpRefusal refusal -> refusal;
            case CallFailedException call -> HttpRefusal.of(call.status());
            case InterruptedException _ -> new HttpRefusal(503, "the gateway is stopping");
            default -> new HttpRefusal(500, failure.toString());
        };
    }

    private static void refuse(HttpExchange exchange, HttpRefusal refusal) throws IOException {
        if (refusal.status() >= 500) {
            LOG.warn("{} {}: {}", exchange.getRequestMethod(), exchange.getRequestURI(), refusal.getMessage());
        }
        var text = (refusal.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        if (refusal.status() == 503) {
            exchange.getResponseHeaders().set("Retry-After", "1");
        }
        exchange.sendResponseHeaders(refusal.status(), text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }
}
