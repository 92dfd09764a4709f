package io.quaestor.runtime.lifecycle;

import io.quaestor.runtime.cli.ConfigurationSource;
import io.quaestor.runtime.cli.Environment;
import io.quaestor.runtime.cli.ExitCode;
import io.quaestor.runtime.cli.ProxyClient;
import io.quaestor.runtime.cli.Services;
import io.quaestor.runtime.config.Configuration;
import io.quaestor.runtime.config.ConfigurationException;
import io.quaestor.runtime.logging.Logging;
import io.quaestor.spi.datastore.DatastoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the proxy together, runs it until a signal comes, and stops it gently.
public final class Wiring implements Services {

    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    /// For the log to be written when the proxy has stopped.
    private static final Duration LAST_LINES = Duration.ofSeconds(3);

    @Override
    public int serve(Environment environment, Configuration first, ConfigurationSource source)
            throws InterruptedException {
        Logging.forServing(first.logging());
        first.warnings().forEach(warning -> LOG.warn("{}", warning));
        Proxy proxy;
        try {
            proxy = Proxy.of(first, source.defaults(), environment);
        } catch (ConfigurationException e) {
            environment.err().println(environment.program() + ": " + e.getMessage());
            return ExitCode.ERROR;
        }
        try {
            proxy.start();
        } catch (DatastoreException | IOException e) {
            LOG.error("cannot start: {}", e.getMessage());
            proxy.close();
            return ExitCode.ERROR;
        }
        stopOnSignal(proxy, environment.threads());
        try {
            new CountDownLatch(1).await(); // the hook ends the process
        } catch (InterruptedException e) {
            proxy.stop();
            throw e;
        }
        return ExitCode.OK;
    }

    /// A signal makes the JVM run its hooks. The process ends from within this one, because the code with which the JVM
    /// would end names the signal, and a gentle stop is no failure (OPS 6.3).
    private static void stopOnSignal(Proxy proxy, ThreadFactory threads) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            int code = ExitCode.ERROR;
                            try {
                                LOG.info("stopping");
                                boolean gentle = proxy.stop();
                                LOG.info(gentle ? "stopped" : "stopped, and something had to be cut off");
                                code = ExitCode.OK; // the limit is the operator's, and nothing that was answered is lost
                            } catch (InterruptedException | RuntimeException e) {
                                LOG.error("stopping failed", e);
                            } finally {
                                end(code, threads);
                            }
                        },
                        "stop"));
    }

    /// Writes the last lines of the log, and ends the process whatever becomes of them. Nothing follows the line that it has
    /// stopped.
    private static void end(int code, ThreadFactory threads) {
        try {
            Logging.stop(LAST_LINES, threads);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().halt(code);
        }
    }

    @Override
    public ProxyClient dial(Configuration configuration) {
        return new GrpcProxyClient(configuration, new SystemClock());
    }
}
