package io.quaestor.testkit.conformance;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Measures what code allocates.
final class Allocation {

    private Allocation() {}

    /// @return bytes for each run, on this thread
    static double of(int runs, Runnable code) {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < runs; i++) {
            code.run();
        }
        return (threads.getCurrentThreadAllocatedBytes() - before) / (double) runs;
    }
}
