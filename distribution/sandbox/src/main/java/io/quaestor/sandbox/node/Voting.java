package io.quaestor.sandbox.node;

import io.grpc.Context;
import io.grpc.StatusException;
import io.quaestor.sandbox.git.HookSession;
import io.quaestor.sandbox.git.Hooks;
import io.quaestor.sandbox.rpc.CallScope;
import io.quaestor.sandbox.rpc.RequestMetadata;
import io.quaestor.sandbox.rpc.Wire;
import java.io.IOException;

/// Lets calls vote: by themselves, and by the hooks of the git commands that they run.
final class Voting {

    private final VoteRules rules;
    private final Hooks hooks;

    Voting(VoteRules rules, Hooks hooks) {
        this.rules = rules;
        this.hooks = hooks;
    }

    /// The voter of the call that the present thread handles.
    ///
    /// @throws StatusException `INVALID_ARGUMENT` if the metadata is broken
    Voter ofCall(CallScope scope) throws StatusException {
        var header = RequestMetadata.last(Transaction.KEY);
        if (header.isEmpty()) {
            return Voter.alone();
        }
        return new TransactionVoter(
                Transaction.parse(header.get()), Wire.backchannel(), rules, scope, Context.current());
    }

    /// Hooks for commands that change references.
    HookSession references(Voter voter) throws IOException {
        return voter.isVoting() ? hooks.open(new VotingHooks(voter, false)) : HookSession.none();
    }

    /// Hooks for receive-pack.
    HookSession push(Voter voter) throws IOException {
        return voter.isVoting() || rules.rejectsPushes()
                ? hooks.open(new VotingHooks(voter, rules.rejectsPushes()))
                : HookSession.none();
    }
}
