package io.quaestor.sandbox.node;

import io.quaestor.messages.VoteTransactionRequest;
import io.quaestor.messages.VoteTransactionRequest.Phase;
import io.quaestor.sandbox.support.FakeProxy;
import java.util.HexFormat;
import java.util.List;

/// Votes as text: phase and hash.
final class Said {

    private Said() {}

    static List<String> by(FakeProxy proxy) {
        return proxy.votes().stream().map(Said::vote).toList();
    }

    static String vote(VoteTransactionRequest request) {
        return vote(request.getPhase(), request.getReferenceUpdatesHash().toByteArray());
    }

    /// The vote after a hook of this name.
    static String hook(String name) {
        return vote(Phase.SYNCHRONIZED_PHASE, Sha1.of("synchronize " + name + " hook"));
    }

    static String preparing(String text) {
        return vote(Phase.PREPARING_PHASE, Sha1.of(text));
    }

    static String prepared(String text) {
        return vote(Phase.PREPARED_PHASE, Sha1.of(text));
    }

    static String committed(String text) {
        return vote(Phase.COMMITTED_PHASE, Sha1.of(text));
    }

    /// The vote that ends every push.
    static String end() {
        return vote(Phase.COMMITTED_PHASE, new byte[Sha1.SIZE]);
    }

    private static String vote(Phase phase, byte[] hash) {
        return phase.name().replace("_PHASE", "") + " " + HexFormat.of().formatHex(hash);
    }
}
