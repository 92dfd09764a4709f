package io.quaestor.plugin.datastore.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Stands between the driver and PostgreSQL, and cuts a connection when a certain statement passes: before the server gets
/// it, or before its answer gets back.
final class CuttingRelay implements AutoCloseable {

    /// When the connection is cut.
    enum Cut {
        NEVER,
        BEFORE_IT_ARRIVES,
        BEFORE_ITS_ANSWER
    }

    private final ServerSocket server;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Cut cut = Cut.NEVER;
    private volatile String statement = "";

    CuttingRelay(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void cut(Cut when, String text) {
        statement = text;
        cut = when;
    }

    private void accept() {
        try {
            while (true) {
                var client = server.accept();
                var there = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(there);
                Thread.ofVirtual().start(() -> toServer(client, there));
                Thread.ofVirtual().start(() -> copy(there, client));
            }
        } catch (IOException closed) {
            // the end of the test
        }
    }

    private void toServer(Socket client, Socket there) {
        try (client;
                there) {
            InputStream in = client.getInputStream();
            OutputStream out = there.getOutputStream();
            var buffer = new byte[1 << 16];
            int read;
            while ((read = in.read(buffer)) >= 0) {
                boolean passes = cut != Cut.NEVER
                        && new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains(statement);
                if (passes && cut == Cut.BEFORE_IT_ARRIVES) {
                    cut = Cut.NEVER;
                    return;
                }
                if (passes) {
                    cut = Cut.NEVER;
                    client.close();
                    out.write(buffer, 0, read);
                    out.flush();
                    there.getInputStream().skip(1 << 16);
                    return;
                }
                out.write(buffer, 0, read);
                out.flush();
            }
        } catch (IOException gone) {
            // one side ended
        }
    }

    private static void copy(Socket from, Socket to) {
        // however one side ends, the other has to hear of it
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException gone) {
            // one side ended
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
