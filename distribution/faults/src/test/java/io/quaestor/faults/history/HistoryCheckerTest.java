package io.quaestor.faults.history;

import static io.quaestor.faults.history.Rule.NOTHING_VANISHES;
import static io.quaestor.faults.history.Rule.NOT_BEFORE_ITS_TIME;
import static io.quaestor.faults.history.Rule.NO_FOREIGN_VALUE;
import static io.quaestor.faults.history.Rule.NO_LOST_WRITE;
import static io.quaestor.faults.history.Rule.NO_OLD_READ;
import static io.quaestor.faults.history.Rule.NO_STALE_READ;
import static io.quaestor.faults.history.Rule.ONE_SUCCESSOR;
import static io.quaestor.faults.history.Rule.REJECTED_IS_NOT_DONE;
import static io.quaestor.faults.history.Rule.REPLICAS_AGREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HistoryCheckerTest {

    @Nested
    class Accepts {

        @Test
        void nothing() {
            assertThat(new Story().last("0", "0", "0").violations()).isEmpty();
        }

        @Test
        void writesOneAfterAnother() {
            var story = new Story()
                    .ok("a", "0", 1, 2)
                    .read("a", 3, 4)
                    .ok("b", "a", 5, 6)
                    .read("b", 7, 8)
                    .last("b", "b", "b");

            assertThat(story.violations()).isEmpty();
        }

        @Test
        void operationsInAnyOrderOfTheirRecords() {
            var story = new Story()
                    .read("b", 7, 8)
                    .ok("b", "a", 5, 6)
                    .ok("a", "0", 1, 2)
                    .last("b", "b", "b");

            assertThat(story.violations()).isEmpty();
        }

        @Test
        void aReadDuringAWriteThatSeesEitherValue() {
            var story = new Story()
                    .ok("a", "0", 1, 9)
                    .read("0", 2, 3)
                    .read("a", 4, 5)
                    .read("a", 6, 7)
                    .last("a", "a", "a");

            assertThat(story.violations()).isEmpty();
        }

        @Test
        void aRejectedWriteThatIsNowhere() {
            var story = new Story()
                    .ok("a", "0", 1, 2)
                    .rejected("b", "0", 1, 3)
                    .last("a", "a", "a");

            assertThat(story.violations()).isEmpty();
        }

        @Test
        void anUnknownWriteThatWasNotDone() {
            var story = new Story().unknown("a", "0", 1, 2).read("0", 3, 4).last("0", "0", "0");

            assertThat(story.violations()).isEmpty();
        }

        @Test
        void anUnknownWriteThatWasDoneLongAfterItsWriterGaveUp() {
            var story = new Story()
                    .unknown("a", "0", 1, 2)
                    .read("0", 50, 51)
                    .read("a", 52, 53)
                    .last("a", "a", "a");

            assertThat(story.violations()).isEmpty();
        }

        @Test
        void anUnknownWriteOnWhichOthersStand() {
            var story = new Story()
                    .unknown("a", "0", 1, 2)
                    .ok("b", "a", 3, 4)
                    .last("b", "b", "b");

            assertThat(story.violations()).isEmpty();
        }

        @Test
        void manyUnknownWritesThatWouldReplaceOneValueIfOneWasDone() {
            var story = new Story()
                    .unknown("a", "0", 1, 2)
                    .unknown("b", "0", 1, 2)
                    .ok("c", "0", 1, 4)
                    .last("c", "c", "c");

            assertThat(story.violations()).isEmpty();
        }

        @Test
        void aReadThroughAnotherProxyThatIsALittleOld() {
            var story = new Story()
                    .through("one")
                    .ok("a", "0", 1, 2)
                    .through("two")
                    .read("0", 11, 12)
                    .last("a", "a", "a");

            assertThat(story.violations()).isEmpty();
        }

        @Test
        void registersThatHaveNothingToDoWithEachOther() {
            var other = new Register("other.git", "refs/heads/main");
            var history = new Story().ok("a", "0", 1, 2).last("a", "a", "a").history();
            var both = new History(
                    Map.of(Story.REGISTER, "0", other, "z"),
                    history.writes(),
                    List.of(new Read(other, "proxy", "z", 9, 9)),
                    Map.of(Story.REGISTER, Map.of("gitaly-1", "a"), other, Map.of("gitaly-1", "z")));

            assertThat(new HistoryChecker(Duration.ZERO).check(both)).isEmpty();
        }
    }

    @Nested
    class Replicas {

        @Test
        void mustNotDifferAtTheEnd() {
            var story = new Story().ok("a", "0", 1, 2).last("a", "0", "a");

            assertThat(story.broken()).containsExactly(REPLICAS_AGREE);
        }

        @Test
        void mustNotDifferByBeingWithoutTheReference() {
            var story = new Story().ok("a", "0", 1, 2).last("a", Read.ABSENT, "a");

            assertThat(story.broken()).containsExactlyInAnyOrder(REPLICAS_AGREE, NO_FOREIGN_VALUE);
        }

        @Test
        void mustBeThere() {
            assertThat(new Story().broken()).containsExactly(REPLICAS_AGREE);
        }

        @Test
        void areJudgedByTheOneThatHasMost() {
            var story = new Story().ok("a", "0", 1, 2).ok("b", "a", 3, 4).last("a", "b", "a");

            assertThat(story.broken()).containsExactly(REPLICAS_AGREE);
        }
    }

    @Nested
    class Writes {

        @Test
        void mustNotBeLost() {
            var story = new Story().ok("a", "0", 1, 2).last("0", "0", "0");

            assertThat(story.broken()).containsExactly(NO_LOST_WRITE);
        }

        @Test
        void mustNotBeLostByAnotherThatReplacedTheSameValue() {
            var story = new Story()
                    .ok("a", "0", 1, 2)
                    .ok("b", "0", 3, 4)
                    .last("b", "b", "b");

            assertThat(story.broken()).containsExactlyInAnyOrder(ONE_SUCCESSOR, NO_LOST_WRITE);
        }

        @Test
        void mustNotBeLostInTheMiddle() {
            var story = new Story()
                    .ok("a", "0", 1, 2)
                    .ok("b", "a", 3, 4)
                    .ok("c", "a", 5, 6)
                    .ok("d", "c", 7, 8)
                    .last("d", "d", "d");

            assertThat(story.broken()).containsExactlyInAnyOrder(ONE_SUCCESSOR, NO_LOST_WRITE);
        }

        @Test
        void mustNotReplaceAValueThatAnUnknownWriteReplacedToo() {
            var story = new Story()
                    .unknown("a", "0", 1, 2)
                    .read("a", 3, 4)
                    .ok("b", "0", 5, 6)
                    .last("b", "b", "b");

            assertThat(story.broken()).containsExactlyInAnyOrder(ONE_SUCCESSOR, NOTHING_VANISHES);
        }

        @Test
        void mustNotBeFollowedBeforeTheyBegan() {
            var story = new Story()
                    .ok("b", "a", 1, 2)
                    .ok("a", "0", 3, 4)
                    .last("b", "b", "b");

            assertThat(story.broken()).containsExactly(NOT_BEFORE_ITS_TIME);
        }

        @Test
        void mustNotBeFollowedBeforeTheyBeganEvenIfTheirOwnOutcomeIsUnknown() {
            var story = new Story()
                    .ok("c", "b", 1, 2)
                    .unknown("a", "0", 3, 4)
                    .unknown("b", "a", 0, 1)
                    .last("c", "c", "c");

            assertThat(story.broken()).containsExactly(NOT_BEFORE_ITS_TIME);
        }
    }

    @Nested
    class RejectedWrites {

        @Test
        void mustNotBeThereAtTheEnd() {
            var story = new Story().rejected("a", "0", 1, 2).last("a", "a", "a");

            assertThat(story.broken()).containsExactly(REJECTED_IS_NOT_DONE);
        }

        @Test
        void mustNotBeThereOnOneReplica() {
            var story = new Story().rejected("a", "0", 1, 2).last("0", "0", "a");

            assertThat(story.broken()).containsExactlyInAnyOrder(REJECTED_IS_NOT_DONE, REPLICAS_AGREE);
        }

        @Test
        void mustNotBeSeenForAWhile() {
            var story = new Story().rejected("a", "0", 1, 2).read("a", 1, 3).last("0", "0", "0");

            assertThat(story.broken()).containsExactly(REJECTED_IS_NOT_DONE);
        }

        @Test
        void mustNotBeWhatAnotherReplaced() {
            var story = new Story()
                    .rejected("a", "0", 1, 2)
                    .ok("b", "a", 3, 4)
                    .last("b", "b", "b");

            assertThat(story.broken()).containsExactly(REJECTED_IS_NOT_DONE);
        }
    }

    @Nested
    class Reads {

        @Test
        void mustNotSeeWhatNobodyWrote() {
            assertThat(new Story().read("x", 1, 2).last("0", "0", "0").broken()).containsExactly(NO_FOREIGN_VALUE);
        }

        @Test
        void mustNotSeeThatThereIsNothing() {
            assertThat(new Story().read(Read.ABSENT, 1, 2).last("0", "0", "0").broken())
                    .containsExactly(NO_FOREIGN_VALUE);
        }

        @Test
        void mustNotSeeWhatIsTakenBack() {
            var story = new Story().unknown("a", "0", 1, 2).read("a", 3, 4).last("0", "0", "0");

            assertThat(story.broken()).containsExactly(NOTHING_VANISHES);
        }

        @Test
        void mustNotSeeAValueBeforeItsWriteBegan() {
            var story = new Story().read("a", 1, 2).ok("a", "0", 3, 4).last("a", "a", "a");

            assertThat(story.broken()).containsExactly(NOT_BEFORE_ITS_TIME);
        }

        @Test
        void mustNotMissAWriteThatWasAnsweredBefore() {
            var story = new Story().ok("a", "0", 1, 2).read("0", 3, 4).last("a", "a", "a");

            assertThat(story.broken()).containsExactly(NO_STALE_READ);
        }

        @Test
        void mustNotGoBackBehindAnotherRead() {
            var story = new Story()
                    .unknown("a", "0", 1, 2)
                    .read("a", 3, 4)
                    .read("0", 5, 6)
                    .last("a", "a", "a");

            assertThat(story.broken()).containsExactly(NO_STALE_READ);
        }

        @Test
        void mustNotGoBackBehindAnotherReadOfALaterValue() {
            var story = new Story()
                    .unknown("a", "0", 1, 2)
                    .unknown("b", "a", 1, 2)
                    .read("b", 3, 4)
                    .read("0", 5, 6)
                    .last("b", "b", "b");

            assertThat(story.broken()).containsExactly(NO_STALE_READ);
        }

        @Test
        void mustNotBeVeryOldThroughAnotherProxyEither() {
            var story = new Story()
                    .through("one")
                    .ok("a", "0", 1, 2)
                    .through("two")
                    .read("0", 13, 14)
                    .last("a", "a", "a");

            assertThat(story.broken()).containsExactly(NO_OLD_READ);
        }

        @Test
        void mayBeOldThroughAnotherProxyForAWhileThoughTheNewValueWasSeenThere() {
            var story = new Story()
                    .through("one")
                    .ok("a", "0", 1, 2)
                    .through("two")
                    .read("a", 3, 4)
                    .read("0", 5, 6)
                    .last("a", "a", "a");

            assertThat(story.broken()).isEmpty();
        }
    }

    @Test
    void explainsWithTheOperationsThatProveIt() {
        var story = new Story().ok("a", "0", 1, 2).read("0", 3, 4).last("a", "a", "a");

        assertThat(story.violations())
                .first()
                .hasToString("NO_STALE_READ project.git refs/heads/main: a read by proxy saw the first value, 1 ms after "
                        + "op-a OK by proxy had shown a newer value, op-a");
    }

    @Test
    void refusesToJudgeClientsThatAreWrongThemselves() {
        var twice = new Story().ok("a", "0", 1, 2).ok("a", "0", 3, 4).last("a");

        assertThatThrownBy(twice::violations)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two writes of one value");
    }
}
