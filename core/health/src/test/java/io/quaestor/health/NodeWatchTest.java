package io.quaestor.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One line per story. Each word is something that happens, at its milliseconds: `ask`, `yes` and `no` (the answer),
/// `lost` (a connection), `look` (time has passed). What comes of it stands in the same order: `up` and `down` with the
/// reason in short, `late` for news that are not believed. Limit 1 s.
class NodeWatchTest {

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource({
        // one answer is enough, in both directions
        "ask@0 yes@10,                                     up",
        "ask@0 no@10,                                      down:not serving",
        "ask@0 no@1000,                                    down:no answer in time",
        "ask@0 yes@10 ask@1010 no@1020,                    up down:not serving",
        "ask@0 no@10 ask@1010 yes@1020,                    down:not serving up",
        // only changes are news
        "ask@0 yes@10 ask@1010 yes@1020,                   up",
        "ask@0 no@10 ask@1010 no@1020,                     down:not serving",
        // a lost connection is news at once, and only the next probe gives the all-clear
        "ask@0 yes@10 lost@500,                            up down:connection lost",
        "ask@0 yes@10 lost@500 ask@500 yes@510,            up down:connection lost up",
        "ask@0 yes@10 ask@1010 lost@1015 yes@1020,         up down:connection lost",
        "ask@0 yes@10 ask@1010 lost@1015 yes@1020 ask@1110 yes@1120, up down:connection lost up",
        "ask@0 lost@5 no@10,                               down:not serving",
        // a probe that does not come back counts as no answer, and its late answer as nothing
        "ask@0 look@1099,                                  ''",
        "ask@0 look@1100,                                  down:no answer in time",
        "ask@0 look@1100 yes@9000,                         down:no answer in time",
        // bad news that come far too late are those of the proxy
        "ask@0 yes@10 ask@1010 no@2261,                    up late",
        "ask@0 yes@10 ask@1010 no@2260,                    up down:no answer in time",
        "ask@0 yes@10 ask@1010 no@4000,                    up late",
        "ask@0 yes@10 ask@1010 look@4000 no@4001,          up late late",
        "ask@0 yes@10 ask@1010 no@4000 ask@4000 yes@4010,  up late",
        "ask@0 yes@10 ask@1010 no@4000 ask@4000 no@4010,   up late down:not serving",
        "ask@0 yes@10 ask@1010 look@4000 look@5100,        up late down:no answer in time",
        // good news are good at any time
        "ask@0 yes@4000,                                   up",
        // a proxy that is always late must not take dead nodes for well
        "ask@0 yes@10 ask@1010 no@3000 ask@3000 no@6000 ask@6000 no@9000 ask@9000 no@12000, up late late late down:no answer in time",
    })
    void judges(String story, String expected) {
        var watch = new NodeWatch(HealthSettings.DEFAULT, 0);
        var news = new StringBuilder();
        for (var step : story.split(" ")) {
            var word = step.split("@")[0];
            long now = Duration.ofMillis(Long.parseLong(step.split("@")[1])).toNanos();
            news.append(
                    switch (word) {
                        case "ask" -> {
                            assertThat(watch.isDue(now)).as(step).isTrue();
                            watch.asked(now);
                            yield "";
                        }
                        case "yes" -> text(watch.answered(true, now));
                        case "no" -> text(watch.answered(false, now));
                        case "lost" -> text(watch.lost(now));
                        default -> text(watch.looked(now));
                    });
        }

        assertThat(news.toString().strip()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "after {0} it is asked again at {1} ms")
    @CsvSource({
        "ask@0 yes@10,                1010", // a second after the answer
        "ask@0 no@1000,               2000",
        "ask@0 no@4000,               4000", // what was not believed is asked again at once
        "ask@0 yes@10 lost@500,        500", // a lost connection too
        "ask@0 yes@10 lost@20,         100", // but no more than ten times a second
        "ask@0 lost@5 yes@10,          100",
        "ask@0 look@1100 yes@9000,   10000",
    })
    void isAskedAgain(String story, long expected) {
        var watch = new NodeWatch(HealthSettings.DEFAULT, 0);
        for (var step : story.split(" ")) {
            long now = Duration.ofMillis(Long.parseLong(step.split("@")[1])).toNanos();
            switch (step.split("@")[0]) {
                case "ask" -> watch.asked(now);
                case "yes" -> watch.answered(true, now);
                case "no" -> watch.answered(false, now);
                case "lost" -> watch.lost(now);
                default -> watch.looked(now);
            }
        }

        long due = Duration.ofMillis(expected).toNanos();

        assertThat(watch.isDue(due - 1)).isFalse();
        assertThat(watch.isDue(due)).isTrue();
        assertThat(watch.rest(due - 7)).isEqualTo(Duration.ofNanos(7));
    }

    private static String text(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Unchanged _ -> "";
            case Verdict.Changed(boolean healthy, String reason) -> healthy ? "up " : "down:" + reason + " ";
            case Verdict.NotBelieved _ -> "late ";
        };
    }
}
