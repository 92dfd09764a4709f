package io.quaestor.sandbox.rpc;

/// Settings of libraries that can be given by system properties only; who starts the program still has the last word.
public final class SystemDefaults {

    private SystemDefaults() {}

    public static void set(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }
}
