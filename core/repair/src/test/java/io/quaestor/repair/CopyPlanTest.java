package io.quaestor.repair;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The job has number 7 and says: copy from `a` to `t`. See [Stories] for the marks.
class CopyPlanTest {

    @ParameterizedTest(name = "{0}, reached {1} → {2}")
    @CsvSource({
        "a:5:A t:4:A,             a t,   a 4-5", // the named source
        "a:5:A t:-1:A,            a t,   a -1-5", // a first copy
        "a:5:A t:5:A,             a t,   up to date 5", // somebody else was faster
        "a:4:A t:5:A,             a t,   up to date 5", // never backwards
        "a:5:A b:5:A t:4:A,       b t,   b 4-5", // the named source is not reached
        "a:4:A b:5:A t:4:A,       a b t, b 4-5", // the named source fell behind
        "a:5:Al b:5:A t:4:A,      a b t, b 4-5", // the named source is about to be deleted
        "a:4:A b:5:A c:5:A t:4:A, a b c t, c 4-5", // job 7 with seed 0: the second of two
        "a:5: t:4:A,              a t,   no source", // not configured
        "a:5:c t:4:A,             a t,   a 4-5", // not assigned is good enough for a source
        "a:4:A t:3:A,             a t,   no source", // one that missed writes may have others of its own
        "a:5:A t:4:A,             t,     no source",
        "a:5:A t:-1:c,            a t,   not wanted", // no longer assigned, and nothing there
        "a:5:A,                   a t,   not wanted",
        "a:5:A t:3:c,             a t,   a 3-5", // no longer assigned, but there
    })
    void comesDownTo(String replicas, String reached, String expected) {
        var plan = CopyPlan.of(
                Stories.job(7, "a", "t"), Stories.placement(replicas), Stories.nodes(reached), 0);

        assertThat(
                        switch (plan) {
                            case CopyPlan.Copy(var source, var before, var after) ->
                                source + " " + before + "-" + after;
                            case CopyPlan.UpToDate(var generation) -> "up to date " + generation;
                            case CopyPlan.NotWanted _ -> "not wanted";
                            case CopyPlan.NoSource _ -> "no source";
                        })
                .isEqualTo(expected);
    }
}
