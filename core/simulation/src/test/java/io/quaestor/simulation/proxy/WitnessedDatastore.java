package io.quaestor.simulation.proxy;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.IntentResult;
import io.quaestor.spi.datastore.Intents;
import io.quaestor.spi.datastore.JobOutcome;
import io.quaestor.spi.datastore.NewIntent;
import io.quaestor.spi.datastore.Primaries;
import io.quaestor.spi.datastore.PrimaryChange;
import io.quaestor.spi.datastore.ReplicationJob;
import io.quaestor.spi.datastore.ReplicationJobs;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import io.quaestor.spi.model.RepositoryId;
import io.quaestor.spi.model.StorageName;
import java.lang.reflect.Method;
import java.util.List;

/// A datastore whose changes are seen by a [Witness] and by [StoreEvents], also those that their callers never hear of.
final class WitnessedDatastore {

    private final Datastore sound;
    private final Witness witness;
    private final StoreEvents events;

    private WitnessedDatastore(Datastore sound, Witness witness, StoreEvents events) {
        this.sound = sound;
        this.witness = witness;
        this.events = events;
    }

    static Datastore of(Datastore sound, Witness witness, StoreEvents events) {
        var watched = new WitnessedDatastore(sound, witness, events);
        return Twin.of(Datastore.class, watched::store);
    }

    private Object store(Method method, Object[] arguments) throws Throwable {
        return switch (method.getName()) {
            case "repositories" -> Twin.of(Repositories.class, this::repositories);
            case "primaries" -> Twin.of(Primaries.class, this::primaries);
            case "replicationJobs" -> Twin.of(ReplicationJobs.class, this::jobs);
            case "intents" -> sound.intents().map(intents -> Twin.of(Intents.class, (m, a) -> intents(intents, m, a)));
            default -> method.invoke(sound, arguments);
        };
    }

    @SuppressWarnings("unchecked")
    private Object intents(Intents intents, Method method, Object[] arguments) throws Throwable {
        var answer = method.invoke(intents, arguments);
        if (method.getName().equals("open")) {
            events.intentsAreOpened((List<NewIntent>) arguments[1], (List<IntentResult>) answer);
        }
        return answer;
    }

    @SuppressWarnings("unchecked")
    private Object repositories(Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals("removeReplica") || method.getName().equals("removeInvalidReplica")) {
            events.replicaIsForgotten((RepositoryId) arguments[0], (StorageName) arguments[1]);
        }
        var answer = method.invoke(sound.repositories(), arguments);
        if (method.getName().equals("record")) {
            var records = (List<WriteRecord>) arguments[0];
            var results = (List<WriteResult>) answer;
            for (int i = 0; i < records.size(); i++) {
                witness.recorded(records.get(i), results.get(i));
            }
        }
        return answer;
    }

    private Object primaries(Method method, Object[] arguments) throws Throwable {
        if (!method.getName().equals("replace")) {
            return method.invoke(sound.primaries(), arguments);
        }
        var change = (PrimaryChange) arguments[0];
        var before = events.placement(change.repository());
        var replaced = (Boolean) method.invoke(sound.primaries(), arguments);
        events.primaryIsReplaced(change, replaced, before);
        return replaced;
    }

    private Object jobs(Method method, Object[] arguments) throws Throwable {
        switch (method.getName()) {
            case "end" -> events.jobEnds((ReplicationJob) arguments[0], (JobOutcome) arguments[1]);
            case "releaseStale" -> events.staleJobsAreReleased();
            default -> {}
        }
        var answer = method.invoke(sound.replicationJobs(), arguments);
        switch (method.getName()) {
            case "end", "releaseStale" -> events.jobsHaveChanged();
            case "take" -> events.jobsAreTaken();
            default -> {}
        }
        return answer;
    }
}
