package io.quaestor.sandbox.rpc;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Cuts streams into messages as Gitaly does.
public final class Chunks {

    /// Largest piece of data in one message (Gitaly's `streamio`).
    public static final int SIZE = 128 << 10;

    /// What a pipe of Linux holds, so no read brings more.
    private static final int PIPE = 64 << 10;

    private Chunks() {}

    /// Takes one piece after the other.
    @FunctionalInterface
    public interface Taker {
        void take(ByteString piece) throws IOException, InterruptedException;
    }

    /// Hands over everything up to the end of `in`, each piece as soon as it is there.
    public static void copy(InputStream in, Taker taker) throws IOException, InterruptedException {
        var buffer = new byte[SIZE];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            if (n > 0) {
                taker.take(ByteString.copyFrom(buffer, 0, n));
            }
        }
    }

    /// Copies everything up to the end of `in`, each piece as soon as it is there.
    public static void pump(InputStream in, OutputStream out) throws IOException {
        var buffer = new byte[PIPE];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
        }
    }
}
