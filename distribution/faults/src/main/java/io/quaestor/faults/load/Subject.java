package io.quaestor.faults.load;

import io.quaestor.faults.cluster.ProxyClient;
import io.quaestor.faults.history.Outcome;
import io.quaestor.faults.history.Register;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A repository that is written and read, with a workshop where its commits are made.
///
/// It has a *stock* of commits that all replicas have: calls that only move a reference take from it.
///
/// **Threads:** any. **Blocking:** all methods that make or push something.
public final class Subject {

    private static final int STOCK = 3000;

    /// The stock's branch; nobody writes it.
    private static final String STOCK_BRANCH = "refs/heads/stock";

    private static final String EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final String name;
    private final LocalGit workshop;
    private final List<Register> registers;
    private final String first;
    private final Queue<Draft> stock = new ArrayDeque<>();
    private final Set<String> commits = ConcurrentHashMap.newKeySet();
    private final AtomicInteger made = new AtomicInteger();

    private Subject(String name, LocalGit workshop, String first) {
        this.name = name;
        this.workshop = workshop;
        this.first = first;
        this.registers = List.of(new Register(name, "refs/heads/one"), new Register(name, "refs/heads/two"));
    }

    /// Makes the repository through a proxy.
    ///
    /// @param name      its relative path
    /// @param directory of its workshop; is made
    public static Subject create(String name, Path directory, ProxyClient proxy)
            throws IOException, InterruptedException {
        Files.createDirectories(directory.resolve(".."));
        var workshop = new LocalGit(directory);
        workshop.run("init", "--quiet", "--bare");
        var marks = directory.resolve("marks");
        var _ = workshop.run(
                        LIMIT, commits(name), List.of("fast-import", "--quiet", "--export-marks=" + marks))
                .orThrow("making commits");
        var byMark = Files.readAllLines(marks).stream()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(mark -> Integer.parseInt(mark[0].substring(1)), mark -> mark[1]));
        var subject = new Subject(name, workshop, byMark.getOrDefault(1, ""));
        subject.commits.addAll(byMark.values());
        IntStream.rangeClosed(2, STOCK)
                .forEach(i -> subject.stock.add(new Draft(id(name, i), byMark.getOrDefault(i, ""))));
        var _ = workshop.run(LIMIT, "", List.of("push", "--quiet", proxy.url(name), "refs/heads/*:refs/heads/*"))
                .orThrow("making " + name);
        return subject;
    }

    /// Its relative path.
    public String name() {
        return name;
    }

    public List<Register> registers() {
        return registers;
    }

    /// The value of all registers when it was made.
    public String first() {
        return first;
    }

    /// How many commits are left in the stock.
    public synchronized int left() {
        return stock.size();
    }

    /// Whether a commit was made here.
    boolean isOurs(String commit) {
        return commits.contains(commit);
    }

    /// Takes a commit from the stock.
    ///
    /// @return empty if there are no more
    synchronized Optional<Draft> take() {
        return Optional.ofNullable(stock.poll());
    }

    /// Makes a commit that the replicas do not have.
    Draft commit(String parent) throws IOException, InterruptedException {
        var id = id(name, STOCK + made.incrementAndGet());
        var commit = workshop.run("commit-tree", "-p", parent, "-m", message(id), EMPTY_TREE);
        commits.add(commit);
        return new Draft(id, commit);
    }

    /// Pushes a commit to a reference, if that is still at the expected value.
    Outcome push(ProxyClient proxy, Register register, String expected, Draft draft, Duration limit)
            throws IOException, InterruptedException {
        return Refusals.of(workshop.run(
                limit,
                "",
                List.of(
                        "push",
                        "--porcelain",
                        "--atomic",
                        "--force-with-lease=" + register.reference() + ":" + expected,
                        proxy.url(name),
                        draft.commit() + ":" + register.reference())));
    }

    private static String commits(String name) {
        var stream = new StringBuilder();
        for (int i = 1; i <= STOCK; i++) {
            var message = message(id(name, i));
            stream.append("commit ").append(STOCK_BRANCH).append("\nmark :").append(i);
            stream.append("\ncommitter faults <faults@example.org> 1700000000 +0000\ndata ");
            stream.append(message.length()).append('\n').append(message).append("\n\n");
            if (i == 1) {
                stream.append("reset refs/heads/one\nfrom :1\n\nreset refs/heads/two\nfrom :1\n\n");
            }
        }
        return stream.toString();
    }

    private static String id(String name, int number) {
        return name + "/" + number;
    }

    private static String message(String id) {
        return "operation " + id;
    }
}
