package io.quaestor.runtime.config;

import io.quaestor.coordinator.TransactionSettings;
import io.quaestor.spi.model.StorageName;
import io.quaestor.spi.model.VirtualStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Everything that the operator asked for, checked. Made by [ConfigurationLoader].
///
/// @param file                where it was read from
/// @param listeners           where clients are waited for
/// @param gracefulStopTimeout how long running calls may go on when the proxy stops
/// @param auth                who may call
/// @param tls                 how the proxy shows who it is; without meaning if no listener speaks TLS
/// @param logging             what is logged, and how
/// @param prometheus          metrics
/// @param failoverEnabled     Praefect's `failover.enabled`
/// @param replication         the work on repair jobs
/// @param reconciliation      the look-out for replicas that lag
/// @param verification        the look-out for replicas that are gone
/// @param yamux               sessions towards the nodes
/// @param plugins             where plug-ins live
/// @param datastore           where records are kept
/// @param virtualStorages     in the order of the file; not empty
/// @param transactions        how writes that are voted on behave
/// @param settings            the tables that plug-ins read
/// @param warnings            what the operator should know, in the order of the file
public record Configuration(
        Path file,
        Listeners listeners,
        Duration gracefulStopTimeout,
        AuthConfiguration auth,
        TlsConfiguration tls,
        LoggingConfiguration logging,
        PrometheusConfiguration prometheus,
        boolean failoverEnabled,
        ReplicationConfiguration replication,
        ReconciliationConfiguration reconciliation,
        VerificationConfiguration verification,
        YamuxConfiguration yamux,
        PluginsConfiguration plugins,
        StrategyName datastore,
        List<VirtualStorageConfiguration> virtualStorages,
        TransactionSettings transactions,
        PluginSettings settings,
        List<Problem> warnings) {

    public Configuration {
        virtualStorages = List.copyOf(virtualStorages);
        warnings = List.copyOf(warnings);
    }

    /// Each virtual storage with its storages, in the order of the file.
    public Map<VirtualStorage, List<StorageName>> cluster() {
        var result = new LinkedHashMap<VirtualStorage, List<StorageName>>();
        virtualStorages.forEach(storage -> result.put(storage.name(), storage.storages()));
        return Collections.unmodifiableMap(result);
    }
}
