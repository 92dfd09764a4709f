package io.quaestor.transaction;

import io.quaestor.spi.model.StorageName;
import java.util.Optional;

/// A node in the [Model]: what it does for one write, step by step, and what the proxy knows of its end.
///
/// ```text
///         vote           COMMIT           write          confirm
///  READY ─────▶ WAITING ───────▶ PERMITTED ────▶ WRITTEN ───────▶ READY for the next step … ──▶ DONE ──▶ ENDED
///                  └────anything else──▶ REFUSED ──────────────────────────────────────────────────────────▲
/// ```
///
/// @param life     what it does next
/// @param step     in which step of the plan it is; as many as there are once it is done
/// @param dissents whether its vote in this step is another than the primary's
/// @param written  what it has written so far: the numbers of steps, with `!` for something else than the primary
/// @param known    how its call ended, as far as the proxy knows
record ModelNode(
        StorageName name, Life life, int step, boolean dissents, String written, Optional<NodeEnd.Kind> known) {

    enum Life {
        READY,
        WAITING,
        PERMITTED,
        WRITTEN,
        REFUSED,
        DONE,
        ENDED
    }

    static ModelNode fresh(String name) {
        return new ModelNode(new StorageName(name), Life.READY, 0, false, "", Optional.empty());
    }

    boolean isFresh() {
        return life == Life.READY && step == 0;
    }

    /// Whether the proxy waits for its end.
    boolean isOpen() {
        return known.isEmpty();
    }

    /// Whether it has ended its call itself.
    boolean hasAnswered() {
        return known.filter(kind -> kind == NodeEnd.Kind.OK || kind == NodeEnd.Kind.FAILED)
                .isPresent();
    }

    Vote vote(ModelPlan.Kind kind) {
        return kind == ModelPlan.Kind.LAST ? new Vote(0, 0, 0) : new Vote(step + 1, dissents ? 1 : 0, 0);
    }

    ModelNode now(Life other) {
        return new ModelNode(name, other, step, dissents, written, known);
    }

    ModelNode waiting(boolean dissent) {
        return new ModelNode(name, Life.WAITING, step, dissent, written, known);
    }

    ModelNode goesOn(int steps) {
        return new ModelNode(name, step + 1 == steps ? Life.DONE : Life.READY, step + 1, false, written, known);
    }

    ModelNode writes() {
        return new ModelNode(name, Life.WRITTEN, step, dissents, written + change(), known);
    }

    ModelNode knownAs(NodeEnd.Kind end) {
        return new ModelNode(name, life, step, dissents, written, Optional.of(end));
    }

    /// What it will have written, if it lives and writes what it was permitted.
    String writtenAtMost() {
        return life == Life.PERMITTED ? written + change() : written;
    }

    private String change() {
        return step + (dissents ? "!" : "");
    }
}
