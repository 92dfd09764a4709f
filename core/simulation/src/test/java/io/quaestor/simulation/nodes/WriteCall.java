package io.quaestor.simulation.nodes;

import io.quaestor.coordinator.StatusCode;
import io.quaestor.coordinator.VoteReceiver;
import io.quaestor.simulation.network.Connection;
import io.quaestor.simulation.network.Peer;
import io.quaestor.transaction.VotePhase;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// A write at one node, as Gitaly does it (RT 4.5).
///
/// ```text
///  hooks ─▶ SYNCHRONIZED ─▶ for each group: lock ─▶ PREPARED ─COMMIT─▶ write ─▶ COMMITTED ─▶ all-zero vote ─▶ end
/// ```
///
/// A creation is one group: the repository is made aside, and put in its place. Where no hooks run there are neither the
/// first nor the last vote, and a group that cannot be changed ends the call.
final class WriteCall implements Peer {

    private final Node node;
    private final Connection connection;
    private final WriteJob job;
    private final Consumer<NodeAnswer> reply;
    private final Voter voter;
    private final Set<String> changed = new TreeSet<>();
    private int group;
    private boolean writing;
    private boolean over;

    WriteCall(Node node, Connection connection, WriteJob job, VoteReceiver proxy, Consumer<NodeAnswer> reply) {
        this.node = node;
        this.connection = connection;
        this.job = job;
        this.reply = reply;
        this.voter = new Voter(node, connection, proxy, job.transaction());
    }

    void begin() {
        node.scheduler().trace(node + " begins #" + job.number() + " in " + job.transaction() + (job.primary() ? " as primary" : ""));
        node.began();
        connection.joinAtNode(this);
        goOn(() -> {
            if (node.temper().failsBefore()) {
                fail(StatusCode.INTERNAL, "failed before writing");
            } else if (job.creation()) {
                prepareCreation();
            } else if (!node.disk().has(job.path())) {
                fail(StatusCode.NOT_FOUND, "no such repository");
            } else if (job.hooks()) {
                hooks();
            } else {
                prepare();
            }
        });
    }

    private void hooks() {
        if (job.primary() && node.temper().hookRefuses()) {
            voter.stop(_ -> fail(StatusCode.PERMISSION_DENIED, NodeAnswer.HOOK_REFUSED));
            return;
        }
        voter.cast(VotePhase.SYNCHRONIZED, "hooks", verdict -> goOnIf(verdict, this::prepare));
    }

    private void prepare() {
        if (group == job.changes().size()) {
            last();
            return;
        }
        if (job.preparing()) {
            voter.cast(VotePhase.PREPARING, "lock " + wanted(), verdict -> goOnIf(verdict, this::lock));
        } else {
            lock();
        }
    }

    private void lock() {
        var fits = WriteJob.fits(wanted(), node.disk().references(job.path()));
        if (!fits) {
            reject(NodeAnswer.CHANGED);
        } else if (!node.locks().take(job.path(), wanted().keySet(), this)) {
            reject(NodeAnswer.LOCKED);
        } else {
            voter.cast(VotePhase.PREPARED, bytes(), verdict -> {
                if (verdict == Voter.Verdict.COMMIT) {
                    write();
                } else {
                    node.locks().giveAll(this);
                    reject("the vote was lost: " + verdict);
                }
            });
        }
    }

    private Map<String, Integer> wanted() {
        return job.changes().get(group);
    }

    private String bytes() {
        return new TreeMap<>(wanted()) + " becomes " + job.number();
    }

    private void write() {
        writing = true;
        node.scheduler().after(node.temper().writing(), node.process(), () -> {
            boolean fails = node.temper().failsInstead();
            if (!fails) {
                var values = new TreeMap<String, Integer>();
                wanted().keySet().forEach(r -> values.put(r, job.number()));
                node.disk().update(job.path(), values);
            }
            node.locks().giveAll(this);
            writing = false;
            node.scheduler().trace(node + (fails ? " fails to write " : " has written ") + wanted() + " as #" + job.number());
            if (over) {
                return;
            }
            if (fails) {
                fail(StatusCode.INTERNAL, "failed instead of writing");
                return;
            }
            changed.addAll(wanted().keySet());
            voter.cast(VotePhase.COMMITTED, bytes(), verdict -> {
                group++;
                goOnIf(verdict, this::prepare);
            });
        });
    }

    /// A push goes on with other references; everything else ends.
    private void reject(String why) {
        if (job.hooks()) {
            group++;
            goOn(this::prepare);
        } else {
            fail(StatusCode.FAILED_PRECONDITION, why);
        }
    }

    private void last() {
        if (node.temper().failsAfter()) {
            fail(StatusCode.INTERNAL, "failed after writing");
        } else if (job.hooks()) {
            voter.castZero(verdict -> goOnIf(verdict, this::succeed));
        } else {
            succeed();
        }
    }

    private void prepareCreation() {
        if (node.disk().has(job.path())) {
            fail(StatusCode.ALREADY_EXISTS, "there is something");
            return;
        }
        String bytes = "new " + job.path();
        voter.cast(VotePhase.PREPARED, bytes, verdict -> {
            if (verdict != Voter.Verdict.COMMIT) {
                fail(StatusCode.FAILED_PRECONDITION, "the vote was lost: " + verdict);
                return;
            }
            writing = true;
            node.scheduler().after(node.temper().writing(), node.process(), () -> {
                node.disk().put(job.path(), Map.of());
                writing = false;
                if (!over) {
                    voter.cast(VotePhase.COMMITTED, bytes, last -> goOnIf(last, this::last));
                }
            });
        });
    }

    private void goOnIf(Voter.Verdict verdict, Runnable next) {
        switch (verdict) {
            case COMMIT -> goOn(next);
            case ABORT, STOP, FAILED -> fail(StatusCode.FAILED_PRECONDITION, "the vote was lost: " + verdict);
        }
    }

    private void goOn(Runnable next) {
        node.later(() -> {
            if (!over) {
                next.run();
            }
        });
    }

    private void succeed() {
        end(NodeAnswer.changed(changed));
    }

    private void fail(StatusCode status, String text) {
        end(NodeAnswer.failed(status, text));
    }

    private void end(NodeAnswer answer) {
        node.scheduler().trace(node + " ends #" + job.number() + ": " + answer.status() + " " + answer.text());
        connection.toProxy(() -> reply.accept(answer));
        leave();
    }

    /// Nobody waits for it any more. What is being written is written.
    void cancel() {
        if (!over) {
            leave();
        }
    }

    @Override
    public void connectionLost() {
        cancel();
    }

    private void leave() {
        over = true;
        connection.leaveAtNode(this);
        voter.forget();
        if (!writing) {
            node.locks().giveAll(this);
        }
        node.ended();
    }
}
