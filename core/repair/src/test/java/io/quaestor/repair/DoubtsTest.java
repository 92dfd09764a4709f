package io.quaestor.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.quaestor.repair.Doubts.Answer;
import io.quaestor.spi.model.NodeId;
import io.quaestor.spi.model.RepositoryId;
import org.junit.jupiter.api.Test;

class DoubtsTest {

    private static final NodeId NODE = NodeId.of("default", "gitaly-1");
    private static final NodeId OTHER = NodeId.of("default", "gitaly-2");
    private static final long APART = Doubts.BETWEEN_LOOKS.toNanos();

    private final Doubts missing = new Doubts();

    @Test
    void oneOfSeveralGoodCopiesIsForgottenAtOnce() {
        assertThat(ask(NODE, 1, false, 0)).isEqualTo(Answer.BELIEVE);
    }

    @Test
    void theLastGoodCopyIsLookedAtTwiceWithSomeTimeBetween() {
        assertThat(ask(NODE, 1, true, 0)).isEqualTo(Answer.LOOK_AGAIN);
        assertThat(ask(NODE, 1, true, APART - 1)).isEqualTo(Answer.LOOK_AGAIN);
        assertThat(ask(NODE, 1, true, APART)).isEqualTo(Answer.BELIEVE);
    }

    @Test
    void eachCopyHasItsOwnFirstLook() {
        ask(NODE, 1, true, 0);

        assertThat(ask(NODE, 2, true, APART)).isEqualTo(Answer.LOOK_AGAIN);
        assertThat(ask(OTHER, 1, true, APART)).isEqualTo(Answer.LOOK_AGAIN);
    }

    @Test
    void aCopyThatWasSeenMeanwhileIsLookedAtTwiceAgain() {
        ask(NODE, 1, true, 0);
        missing.found(NODE, new RepositoryId(1));

        assertThat(ask(NODE, 1, true, APART)).isEqualTo(Answer.LOOK_AGAIN);
    }

    @Test
    void aDiskThatIsGoneLosesOnlyAFewRecordsInAWhile() {
        for (int i = 1; i <= Doubts.MOST; i++) {
            assertThat(ask(NODE, i, false, i)).isEqualTo(Answer.BELIEVE);
        }

        assertThat(ask(NODE, 99, false, 100)).isEqualTo(Answer.TOO_MANY);
        assertThat(ask(OTHER, 99, false, 100)).isEqualTo(Answer.BELIEVE);
        assertThat(ask(NODE, 99, false, Doubts.WHILE.toNanos() + 1)).isEqualTo(Answer.BELIEVE);
    }

    private Answer ask(NodeId node, long repository, boolean last, long now) {
        return missing.ask(node, new RepositoryId(repository), last, now);
    }
}
