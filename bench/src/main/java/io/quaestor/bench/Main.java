package io.quaestor.bench;

import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.quaestor.messages.CreateRepositoryRequest;
import io.quaestor.messages.RepositoryServiceGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;

/// Measures a distribution: `bench/run [DISTRIBUTION]` the proxy alone, `bench/run writes [DISTRIBUTION]` pushes while a
/// secondary hangs or has died.
public final class Main {

    private static final String METHOD = "gitaly.RefService/RefExists";
    private static final String PATH = "@hashed/6b/86/6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b.git";
    private static final int CONCURRENT = 64;
    private static final int CONNECTIONS = 4;
    private static final int STARTS = 5;
    private static final Duration WARM_UP = Duration.ofSeconds(40); // the compiler is at work until then
    private static final Duration MEASURED = Duration.ofSeconds(15);

    private Main() {}

    public static void main(String[] args) throws Exception {
        var home = Path.of(args[0]).toAbsolutePath();
        var data = Files.createTempDirectory("quaestor-bench");
        System.out.printf(
                "quaestor bench: %s, %d processors, Java %s%n",
                home.getFileName(), Runtime.getRuntime().availableProcessors(), Runtime.version());
        try {
            if (args.length > 1 && args[1].equals("writes")) {
                Writes.measure(home, data);
            } else {
                proxyAlone(home, data);
            }
        } finally {
            System.out.println("data is kept in " + data);
        }
    }

    private static void proxyAlone(Path home, Path data) throws Exception {
        try (var node = Child.java(data.resolve("node.log"), InstantNode.class.getName())) {
            int nodePort = Integer.parseInt(node.awaitLine("port "));
            var proxy = new Proxy(home, data, nodePort);
            starts(proxy);
            try (var child = proxy.start()) {
                proxy.awaitReady(child, System.nanoTime());
                Thread.sleep(10_000);
                System.out.printf("memory at rest          %.0f MiB resident%n", child.stats().residentMib());
                createRepository(proxy);
                unaryAccessors(proxy, child, node, nodePort);
                System.out.printf("memory after the load   %.0f MiB resident%n", child.stats().residentMib());
            }
        }
    }

    private static void starts(Proxy proxy) throws Exception {
        var seconds = new ArrayList<Double>();
        for (int i = 0; i <= STARTS; i++) {
            long start = System.nanoTime();
            try (var child = proxy.start()) {
                double ready = proxy.awaitReady(child, start);
                if (i == 0) {
                    System.out.printf("first start             %.2f s with a new database%n", ready);
                } else {
                    seconds.add(ready);
                }
            }
        }
        seconds.sort(null);
        System.out.printf(
                "start to SERVING        median %.2f s of %d, with an existing database (%.2f to %.2f)%n",
                seconds.get(STARTS / 2), STARTS, seconds.getFirst(), seconds.getLast());
    }

    private static void createRepository(Proxy proxy) {
        var channel = NettyChannelBuilder.forAddress("127.0.0.1", proxy.port()).usePlaintext().build();
        try {
            var request = CreateRepositoryRequest.newBuilder()
                    .setRepository(Requests.repository(Proxy.STORAGE, PATH))
                    .build();
            RepositoryServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(Requests.headers(Proxy.TOKEN)))
                    .createRepository(request);
        } finally {
            channel.shutdownNow();
        }
    }

    private static void unaryAccessors(Proxy proxy, Child child, Child node, int nodePort) throws Exception {
        var request = Requests.refExists(Proxy.STORAGE, PATH);
        System.out.printf("unary accessor %s, %d concurrent on %d connections:%n", METHOD, CONCURRENT, CONNECTIONS);
        try (var direct = new Load(nodePort, CONNECTIONS, METHOD, request, Proxy.TOKEN)) {
            direct.run(CONCURRENT, WARM_UP);
            double before = node.stats().cpuSeconds();
            var result = direct.run(CONCURRENT, MEASURED);
            double cpu = node.stats().cpuSeconds() - before;
            System.out.printf(
                    "  direct to the node    %7.0f calls/s, node %.1f µs of CPU per call, %d failed %s%n",
                    result.rate(), cpu / result.calls() * 1e6, result.failed(), result.firstFailure());
        }
        try (var load = new Load(proxy.port(), CONNECTIONS, METHOD, request, Proxy.TOKEN)) {
            load.run(CONCURRENT, WARM_UP);
            double proxyBefore = child.stats().cpuSeconds();
            double nodeBefore = node.stats().cpuSeconds();
            var result = load.run(CONCURRENT, MEASURED);
            double proxyCpu = child.stats().cpuSeconds() - proxyBefore;
            double nodeCpu = node.stats().cpuSeconds() - nodeBefore;
            System.out.printf(
                    "  through the proxy     %7.0f calls/s, node %.1f µs, proxy %.1f µs of CPU per call, %d failed %s%n",
                    result.rate(),
                    nodeCpu / result.calls() * 1e6,
                    proxyCpu / result.calls() * 1e6,
                    result.failed(),
                    result.firstFailure());
        }
    }
}
