package io.quaestor.faults;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.quaestor.faults.cluster.Cluster;
import io.quaestor.faults.cluster.ClusterOptions;
import io.quaestor.faults.cluster.Limits;
import io.quaestor.faults.fault.Fault;
import io.quaestor.faults.fault.Faults;
import io.quaestor.faults.system.SystemClock;
import io.quaestor.faults.trial.Report;
import io.quaestor.faults.trial.Series;
import io.quaestor.sandbox.rpc.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The program `faults`.
@Command(
        name = "faults",
        description = {
            "Hurts processes while clients write and read, and judges what the clients saw.",
            "Ends with 0 if all is as promised, with 1 if something was found, with 2 if it could not be tried."
        },
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {

    private static final String ALL = "all";

    private static final int NOT_TRIED = 2;

    private static final int INTERRUPTED = 130;

    @Option(
            names = "--fault",
            split = ",",
            defaultValue = ALL,
            paramLabel = "NAME",
            description = "What is done: ${COMPLETION-CANDIDATES} or all, which is the default.",
            completionCandidates = Names.class)
    private List<String> names = List.of(ALL);

    @Option(names = "--times", defaultValue = "50", description = "Runs of each fault (default: ${DEFAULT-VALUE}).")
    private int times;

    @Option(names = "--seed", description = "Chooses instants and targets; printed, else made up.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where everything is kept; must be empty or missing. Else a temporary directory, which is kept "
                    + "if something was found.")
    private Optional<Path> data = Optional.empty();

    @Option(names = "--gitaly", paramLabel = "FILE", description = "A Gitaly program to run as storage nodes.")
    private Optional<Path> gitaly = Optional.empty();

    @Option(names = "--scaled", description = "With short limits, so that a run takes seconds.")
    private boolean scaled;

    @Option(
            names = "--patient",
            description = "What only took too long is told, and is no failure: for a machine that has other things to do.")
    private boolean patient;

    @Option(names = "--report", paramLabel = "FILE", description = "Append the figures to this file, as Markdown.")
    private Optional<Path> report = Optional.empty();

    @Option(
            names = "--quaestor",
            paramLabel = "DIR",
            description = "The distribution to try; the one of this program, if it is not given.")
    private Optional<Path> quaestor = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /// For the help.
    static final class Names extends ArrayList<String> {

        private static final long serialVersionUID = 1L;

        Names() {
            super(Faults.ALL.stream().map(Fault::name).toList());
        }
    }

    public static void main(String[] arguments) {
        var line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((failure, command, _) -> {
            if (!(failure instanceof IOException)) {
                throw failure;
            }
            command.getErr().println("faults: " + failure.getMessage());
            return NOT_TRIED;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        Logs.toStandardError();
        // what the gateways say of calls that break is what we are here for
        ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("io.quaestor").setLevel(Level.ERROR);
        var faults = faults();
        var chosenSeed = seed.orElseGet(() -> (long) new SecureRandom().nextInt(1_000_000));
        var directory = directory();
        say("seed " + chosenSeed + ", everything is in " + directory);
        var ended = new CountDownLatch(1);
        stopWhenTold(ended);
        var figures = new Report();
        try {
            run(faults, directory, chosenSeed, figures);
            if (data.isEmpty() && figures.findings(false) == 0) {
                Trees.delete(directory);
            }
        } catch (InterruptedException e) {
            return INTERRUPTED;
        } finally {
            if (!figures.isEmpty()) {
                write(figures, chosenSeed);
            }
            ended.countDown();
        }
        return figures.findings(patient) == 0 ? 0 : 1;
    }

    private void run(List<Fault> faults, Path directory, long chosenSeed, Report figures)
            throws IOException, InterruptedException {
        var threads = Thread.ofVirtual().name("faults-", 0).factory();
        var ticker = new SystemClock();
        var options = new ClusterOptions(
                directory,
                program(),
                gitaly.map(Path::toAbsolutePath),
                faults.stream().mapToInt(Fault::proxies).max().orElse(1),
                faults.stream().anyMatch(Fault::needsSmallDisk),
                limits());
        try (var cluster = Cluster.start(options, this::say, threads, ticker)) {
            new Series(cluster, directory, ticker, threads, this::say).run(faults, times, chosenSeed, figures);
        }
    }

    private List<Fault> faults() {
        if (names.contains(ALL)) {
            return Faults.ALL;
        }
        return names.stream()
                .map(name -> Faults.named(name)
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(), "no fault " + name + "; there are " + new Names() + " and all")))
                .toList();
    }

    private Limits limits() {
        var limits = scaled ? Limits.SCALED : Limits.DEFAULT;
        return gitaly.isPresent() ? limits.onGitaly() : limits;
    }

    private Path directory() throws IOException {
        if (data.isEmpty()) {
            return Files.createTempDirectory("faults").toRealPath();
        }
        var directory = Files.createDirectories(data.get()).toRealPath();
        try (var files = Files.list(directory)) {
            if (files.findAny().isPresent()) {
                throw new ParameterException(spec.commandLine(), "not empty: " + directory);
            }
        }
        return directory;
    }

    private Path program() {
        var home = quaestor.or(() -> Optional.ofNullable(System.getProperty("quaestor.home")).map(Path::of))
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "where is the distribution? Say --quaestor"));
        return home.toAbsolutePath().resolve("bin").resolve("quaestor");
    }

    /// A signal interrupts the runs, and the processes end in order.
    private static void stopWhenTold(CountDownLatch ended) {
        var runner = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (ended.getCount() > 0) {
                runner.interrupt();
            }
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // nobody interrupts a shutdown hook
            }
        }));
    }

    private void write(Report figures, long chosenSeed) throws IOException {
        var day = InstantSource.system().instant().atZone(ZoneOffset.UTC).toLocalDate();
        var text = figures.markdown("%s, %s nodes, %s limits, seed %d"
                .formatted(day, gitaly.isPresent() ? "Gitaly" : "the sandbox's", scaled ? "short" : "default", chosenSeed));
        say("");
        say(text);
        if (report.isPresent()) {
            Files.writeString(report.get(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
