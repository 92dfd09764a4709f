package io.quaestor.sandbox.node;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.StreamObserver;
import io.quaestor.messages.InfoRefsRequest;
import io.quaestor.messages.InfoRefsResponse;
import io.quaestor.messages.PostReceivePackRequest;
import io.quaestor.messages.PostReceivePackResponse;
import io.quaestor.messages.PostUploadPackWithSidechannelRequest;
import io.quaestor.messages.PostUploadPackWithSidechannelResponse;
import io.quaestor.messages.SmartHTTPServiceGrpc.SmartHTTPServiceImplBase;
import io.quaestor.messages.VoteTransactionRequest.Phase;
import io.quaestor.sandbox.git.Git;
import io.quaestor.sandbox.git.GitCommand;
import io.quaestor.sandbox.git.GitProcess;
import io.quaestor.sandbox.rpc.CallScope;
import io.quaestor.sandbox.rpc.Chunks;
import io.quaestor.sandbox.rpc.MessageSink;
import io.quaestor.sandbox.rpc.MessageSource;
import io.quaestor.sandbox.rpc.ServerTasks;
import io.quaestor.sandbox.rpc.SidechannelOpener;
import io.quaestor.wire.sidechannel.SidechannelConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/// `gitaly.SmartHTTPService`: fetch and push as Workhorse asks for them.
///
/// Nothing is held in memory beyond one piece of data each way: who reads slowly slows git down.
final class SmartHttpEndpoint extends SmartHTTPServiceImplBase {

    private static final List<String> UPLOAD_CONFIG =
            List.of("uploadpack.allowFilter=true", "uploadpack.allowAnySHA1InWant=true");

    /// As Gitaly: what is pushed is checked, but old repositories with harmless faults are let in.
    private static final List<String> RECEIVE_CONFIG = List.of(
            "receive.autogc=false",
            "receive.fsckObjects=true",
            "receive.fsck.badTimezone=ignore",
            "receive.fsck.missingSpaceBeforeDate=ignore",
            "receive.fsck.zeroPaddedFilemode=ignore",
            "receive.advertisePushOptions=true");

    private static final ByteString NOTHING = ByteString.copyFrom(new byte[Sha1.SIZE]);

    private final ServerTasks tasks;
    private final Storage storage;
    private final Git git;
    private final Voting voting;
    private final SidechannelOpener sidechannels;
    private final ThreadFactory threads;

    SmartHttpEndpoint(
            ServerTasks tasks,
            Storage storage,
            Git git,
            Voting voting,
            SidechannelOpener sidechannels,
            ThreadFactory threads) {
        this.tasks = tasks;
        this.storage = storage;
        this.git = git;
        this.voting = voting;
        this.sidechannels = sidechannels;
        this.threads = threads;
    }

    @Override
    public void infoRefsUploadPack(InfoRefsRequest request, StreamObserver<InfoRefsResponse> answer) {
        tasks.streaming(answer, (scope, responses) -> advertise("upload-pack", UPLOAD_CONFIG, request, scope, responses));
    }

    @Override
    public void infoRefsReceivePack(InfoRefsRequest request, StreamObserver<InfoRefsResponse> answer) {
        tasks.streaming(
                answer, (scope, responses) -> advertise("receive-pack", RECEIVE_CONFIG, request, scope, responses));
    }

    @Override
    public void postUploadPackWithSidechannel(
            PostUploadPackWithSidechannelRequest request,
            StreamObserver<PostUploadPackWithSidechannelResponse> answer) {
        tasks.unary(answer, scope -> upload(request, scope));
    }

    @Override
    public StreamObserver<PostReceivePackRequest> postReceivePack(StreamObserver<PostReceivePackResponse> answer) {
        return tasks.duplex(answer, this::receive);
    }

    private void advertise(
            String service,
            List<String> config,
            InfoRefsRequest request,
            CallScope scope,
            MessageSink<InfoRefsResponse> responses)
            throws IOException, InterruptedException, StatusException {
        var command = command(storage.existing(request.getRepository()), service, config, "--http-backend-info-refs")
                .withConfig(request.getGitConfigOptionsList())
                .withProtocol(request.getGitProtocol());
        try (var process = git.start(command)) {
            scope.onCancel(process::kill);
            process.stdin().close();
            responses.send(data(ByteString.copyFromUtf8(announcement(service))));
            Chunks.copy(process.stdout(), piece -> responses.send(data(piece)));
            process.awaitSuccess();
        }
    }

    private PostUploadPackWithSidechannelResponse upload(PostUploadPackWithSidechannelRequest request, CallScope scope)
            throws IOException, InterruptedException, StatusException {
        var command = command(storage.existing(request.getRepository()), "upload-pack", UPLOAD_CONFIG)
                .withConfig(request.getGitConfigOptionsList())
                .withProtocol(request.getGitProtocol());
        try (var side = openSidechannel()) { // closed before the response is sent: all data goes first (TR 2.4)
            scope.onCancel(side::abort);
            try (var process = git.start(command)) {
                scope.onCancel(process::kill);
                var negotiation = new Negotiation(process.stdin());
                try (var _ = Feeder.start(threads, () -> feed(side, negotiation), process::kill)) {
                    Chunks.pump(process.stdout(), side.output());
                    check(process, negotiation);
                }
                return PostUploadPackWithSidechannelResponse.newBuilder()
                        .setPackfileNegotiationStatistics(negotiation.statistics())
                        .build();
            }
        }
    }

    private SidechannelConnection openSidechannel() throws InterruptedException, StatusException {
        try {
            return sidechannels.open();
        } catch (IOException e) {
            throw Status.UNAVAILABLE
                    .withDescription("open sidechannel: " + e.getMessage())
                    .withCause(e)
                    .asException();
        }
    }

    private static void feed(SidechannelConnection side, OutputStream negotiation) throws IOException {
        try (negotiation) {
            Chunks.pump(side.input(), negotiation);
        }
    }

    /// Upload-pack ends with 128 where a client of protocol 0 asks for a depth: it answers with the new boundary and
    /// expects more, but the client continues in another request. That is no failure.
    private static void check(GitProcess process, Negotiation negotiation)
            throws InterruptedException, StatusException {
        var exitCode = process.await();
        var deepens = !negotiation.statistics().getDeepen().isEmpty();
        if (exitCode != 0 && !(exitCode == 128 && deepens)) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("running upload-pack: waiting for upload-pack: exit status " + exitCode + ": "
                            + process.stderr())
                    .asException();
        }
    }

    private void receive(
            CallScope scope,
            MessageSource<PostReceivePackRequest> requests,
            MessageSink<PostReceivePackResponse> responses)
            throws IOException, InterruptedException, StatusException {
        var voter = voting.ofCall(scope);
        var first = requests.take().orElseThrow(() -> Repositories.invalid("repository not set"));
        var command = command(storage.existing(first.getRepository()), "receive-pack", RECEIVE_CONFIG)
                .withConfig(first.getGitConfigOptionsList())
                .withProtocol(first.getGitProtocol())
                .withEnvironment("GL_ID", first.getGlId())
                .withEnvironment("GL_REPOSITORY", first.getGlRepository())
                .withEnvironment("GL_USERNAME", first.getGlUsername())
                .withEnvironment("GL_PROTOCOL", "http");
        try (var hooks = voting.push(voter);
                var process = git.start(hooks.on(command))) {
            scope.onCancel(process::kill);
            try (var _ = Feeder.start(threads, () -> feed(first, requests, process.stdin()), process::kill)) {
                Chunks.copy(
                        process.stdout(),
                        piece -> responses.send(PostReceivePackResponse.newBuilder()
                                .setData(piece)
                                .build()));
                check(process);
            }
        }
        conclude(voter);
    }

    /// Receive-pack dies where the hook of a reference transaction refuses; what it refuses itself is in its report.
    private static void check(GitProcess process) throws InterruptedException, StatusException {
        var exitCode = process.await();
        if (exitCode != 0) {
            throw Status.FAILED_PRECONDITION
                    .withDescription(
                            "waiting for receive-pack: exit status " + exitCode + ": " + process.stderr())
                    .asException();
        }
    }

    /// The last vote, which confirms nothing: there is one even if no reference was changed, and its place in the order
    /// of votes tells whether all nodes changed the same ones (RT 4.5).
    private static void conclude(Voter voter) throws StatusException, InterruptedException {
        try {
            voter.vote(Phase.COMMITTED_PHASE, NOTHING);
        } catch (VoteException e) {
            if (!e.isStopped()) { // the report has said already that a hook declined
                throw e.as(Status.Code.ABORTED, "final transactional vote");
            }
        }
    }

    private static void feed(
            PostReceivePackRequest first, MessageSource<PostReceivePackRequest> requests, OutputStream receivePack)
            throws IOException, InterruptedException {
        try (receivePack) {
            first.getData().writeTo(receivePack);
            for (var next = requests.take(); next.isPresent(); next = requests.take()) {
                next.get().getData().writeTo(receivePack);
            }
        }
    }

    private static GitCommand command(Path repository, String service, List<String> config, String... options) {
        return GitCommand.of(service, "--stateless-rpc")
                .with(options)
                .with(repository.toString())
                .withConfig(config);
    }

    private static String announcement(String service) {
        var line = "# service=git-" + service + "\n";
        return String.format("%04x%s0000", line.length() + 4, line);
    }

    private static InfoRefsResponse data(ByteString piece) {
        return InfoRefsResponse.newBuilder().setData(piece).build();
    }
}
