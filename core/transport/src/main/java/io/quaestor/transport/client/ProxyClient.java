package io.quaestor.transport.client;

import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.quaestor.coordinator.StatusCode;
import io.quaestor.coordinator.TokenSigner;
import io.quaestor.messages.GetRepositoryMetadataRequest;
import io.quaestor.messages.GetRepositoryMetadataResponse;
import io.quaestor.messages.PraefectInfoServiceGrpc;
import io.quaestor.messages.PraefectInfoServiceGrpc.PraefectInfoServiceBlockingStub;
import io.quaestor.spi.plugin.Clock;
import io.quaestor.spi.plugin.Secret;
import io.quaestor.transport.EventLoops;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Asks a running proxy, for the command line. Works against Praefect as well.
///
/// **Threads:** one caller at a time; calls block, until their limit at most.
public final class ProxyClient implements AutoCloseable {

    private final EventLoops loops;
    private final ManagedChannel channel;
    private final Secret token;
    private final Clock clock;
    private final Duration limit;

    private ProxyClient(EventLoops loops, ManagedChannel channel, Secret token, Clock clock, Duration limit) {
        this.loops = loops;
        this.channel = channel;
        this.token = token;
        this.clock = clock;
        this.limit = limit;
    }

    /// Gets ready; the connection is made with the first call.
    ///
    /// @param token what the proxy knows its clients by; may be empty
    /// @param limit for each call
    public static ProxyClient of(NodeAddress address, Secret token, Clock clock, Duration limit) {
        var loops = EventLoops.start(1);
        SocketAddress socket = switch (address) {
            case NodeAddress.Tcp tcp -> new InetSocketAddress(tcp.host(), tcp.port());
            case NodeAddress.Unix unix -> loops.unixAddress(unix.path());
        };
        var channel = NettyChannelBuilder.forAddress(socket)
                .eventLoopGroup(loops.group())
                .channelType(loops.clientChannel(socket), socket.getClass())
                .usePlaintext()
                .overrideAuthority(address.authority())
                .proxyDetector(_ -> null)
                .build();
        return new ProxyClient(loops, channel, token, clock, limit);
    }

    /// Where a repository is.
    public RepositoryMetadata repository(long id) throws ProxyCallException {
        return ask(GetRepositoryMetadataRequest.newBuilder().setRepositoryId(id).build());
    }

    /// Where a repository is.
    public RepositoryMetadata repository(String virtualStorage, String relativePath) throws ProxyCallException {
        return ask(GetRepositoryMetadataRequest.newBuilder()
                .setPath(GetRepositoryMetadataRequest.Path.newBuilder()
                        .setVirtualStorage(virtualStorage)
                        .setRelativePath(relativePath))
                .build());
    }

    private RepositoryMetadata ask(GetRepositoryMetadataRequest request) throws ProxyCallException {
        try {
            return metadata(stub().getRepositoryMetadata(request));
        } catch (StatusRuntimeException e) {
            var status = e.getStatus();
            var text = status.getDescription();
            throw new ProxyCallException(
                    StatusCode.of(status.getCode().value()), text == null ? "" : text);
        }
    }

    private PraefectInfoServiceBlockingStub stub() {
        var headers = new Metadata();
        headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                TokenSigner.header(token, clock.now().getEpochSecond()));
        return PraefectInfoServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static RepositoryMetadata metadata(GetRepositoryMetadataResponse answer) {
        return new RepositoryMetadata(
                answer.getRepositoryId(),
                answer.getVirtualStorage(),
                answer.getRelativePath(),
                answer.getReplicaPath(),
                answer.getPrimary(),
                answer.getGeneration(),
                Optional.of(answer.getSuspectSince()).filter(at -> !at.isEmpty()).map(Instant::parse),
                answer.getReplicasList().stream().map(ProxyClient::replica).toList());
    }

    private static RepositoryMetadata.Replica replica(GetRepositoryMetadataResponse.Replica answer) {
        return new RepositoryMetadata.Replica(
                answer.getStorage(),
                answer.getAssigned(),
                answer.getGeneration(),
                answer.getHealthy(),
                answer.getValidPrimary(),
                answer.hasVerifiedAt() ? Optional.of(instant(answer.getVerifiedAt())) : Optional.empty());
    }

    private static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loops.close();
    }
}
