package io.quaestor.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

/// What is said of a process agrees with what it does.
@Timeout(60)
class MemberTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();
    private @Nullable Member member;

    @AfterEach
    void end() throws Exception {
        if (member != null) {
            member.kill();
        }
    }

    @Test
    void runningProcessThatDoesNotAnswerIsNotCalledBack() throws Exception {
        var slow = member("exec sleep 600", (_, _) -> false);

        assertThatThrownBy(() -> slow.revive(LIMIT)).hasMessageContaining("gitaly-1 runs, but does not answer after 30 s");
        assertThatThrownBy(() -> slow.revive(LIMIT)).hasMessageContaining("gitaly-1 runs, but does not answer after 30 s");
        assertThat(slow.state()).isEqualTo(Member.State.RUNNING);
        assertThat(slow.pid()).isPresent();
    }

    @Test
    void processThatAnswersIsBackOnce() throws Exception {
        var good = member("exec sleep 600", (_, _) -> true);

        assertThat(good.revive(LIMIT)).isEqualTo("gitaly-1 is back");
        assertThat(good.revive(LIMIT)).isEqualTo("gitaly-1 is running");
        good.kill();
        assertThat(good.revive(LIMIT)).isEqualTo("gitaly-1 is back");
        good.freeze();
        assertThat(good.revive(LIMIT)).isEqualTo("gitaly-1 is back");
        assertThat(news).isEmpty();
    }

    @Test
    void deathWhileItStartsIsToldOnceAndKnownAtOnce() throws Exception {
        var dying = member("echo the disk is full; exit 3", (pause, limit) -> !pause.endedWithin(limit));

        assertThatThrownBy(() -> dying.revive(LIMIT))
                .hasMessageContaining("gitaly-1 ended while it was starting")
                .hasMessageContaining("the disk is full");
        assertThat(dying.state()).isEqualTo(Member.State.DIED);
        assertThat(news).isEmpty();
    }

    @Test
    void deathBeforeAnybodyWaitsIsToldToWhoeverWaits() throws Exception {
        var dying = member("exit 3", (pause, limit) -> !pause.endedWithin(limit));

        dying.start();
        while (dying.state() != Member.State.DIED) {
            if (Thread.interrupted()) { // the time limit of the test
                throw new InterruptedException();
            }
        }

        assertThatThrownBy(() -> dying.awaitReady(LIMIT)).hasMessageContaining("gitaly-1 ended while it was starting");
        assertThat(news).isEmpty();
    }

    @Test
    void processThatAnswersAndDiesAtOnceIsNotCalledBack() throws Exception {
        var dying = member("exit 3", (pause, limit) -> pause.endedWithin(limit));

        assertThatThrownBy(() -> dying.revive(LIMIT)).hasMessageContaining("gitaly-1 ended while it was starting");
    }

    @Test
    void laterDeathIsNews() throws Exception {
        var good = member("exec sleep 600", (_, _) -> true);
        good.revive(LIMIT);

        ProcessHandle.of(good.pid().orElseThrow()).orElseThrow().destroyForcibly();

        assertThat(news.poll(30, TimeUnit.SECONDS)).contains("gitaly-1 died, exit code 137");
    }

    @Test
    void childThatWasNotBornInTimeIsNotLeft() throws Exception {
        var pid = directory.resolve("pid");
        var launch = launch("echo $$ >" + pid + "; exec sleep 600", directory.resolve("missing/pid-file"));

        assertThatThrownBy(() -> Tether.start(launch, Duration.ofSeconds(1)))
                .hasMessage("gitaly-1 did not start in 1 seconds");

        assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))).isEmpty();
    }

    private Member member(String script, Probe probe) throws IOException {
        var made = new Member(launch(script, directory.resolve("pid-file")), probe, LIMIT, news::add);
        member = made;
        return made;
    }

    private Launch launch(String script, Path pidFile) {
        return new Launch(
                "gitaly-1", List.of("/bin/sh", "-c", script), Map.of(), directory.resolve("log"), pidFile);
    }
}
