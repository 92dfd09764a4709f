package io.quaestor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the kernel says of a process: processor time and memory. Linux only.
final class ProcessStats {

    /// Ticks of processor time in a second, the same on every Linux that runs Java.
    private static final double TICKS = 100;

    private final long pid;

    ProcessStats(long pid) {
        this.pid = pid;
    }

    /// Processor time in seconds, of user and system together.
    double cpuSeconds() throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // the name of the process, in brackets, may hold blanks
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    }

    /// Resident memory in MiB.
    double residentMib() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException("process " + pid + " has no VmRSS");
    }
}
