package io.quaestor.runtime.plugin;

/// Lets a plug-in run with its own class loader as the one of the thread, as libraries inside of it expect.
final class ContextClassLoader {

    private ContextClassLoader() {}

    /// Something that may fail in any way.
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    static void run(Class<?> plugin, Work work) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(plugin.getClassLoader());
        try {
            work.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
