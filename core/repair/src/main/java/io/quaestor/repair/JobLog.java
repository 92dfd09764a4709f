package io.quaestor.repair;

import io.quaestor.spi.datastore.DatastoreException;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.threads.TimeLimitException;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/// What log lines say of a job, under the keys of Praefect (OPS 5.3), and of what went wrong.
final class JobLog {

    private JobLog() {}

    /// The stack belongs to what nobody expects.
    ///
    /// @return `null` if the failure is one that happens
    static @Nullable Throwable stackOf(Throwable failure) {
        return failure instanceof DatastoreException || failure instanceof TimeLimitException ? null : failure;
    }

    static LoggingEventBuilder with(LoggingEventBuilder line, ReplicationJob job) {
        var wanted = job.job();
        return line.addKeyValue("virtual_storage", wanted.key().virtualStorage())
                .addKeyValue("relative_path", wanted.key().relativePath())
                .addKeyValue("repository_id", wanted.repository())
                .addKeyValue("replication_job_target", wanted.target())
                .addKeyValue("change", RepairMeters.type(wanted.change()))
                .addKeyValue("event_id", job.id())
                .addKeyValue("correlation_id", wanted.correlationId());
    }
}
