package io.quaestor.simulation.proxy;

import io.quaestor.spi.datastore.Datastore;
import io.quaestor.spi.datastore.Repositories;
import io.quaestor.spi.datastore.WriteRecord;
import io.quaestor.spi.datastore.WriteResult;
import java.util.List;

/// A datastore whose changes are seen by a [Witness], also those that its caller never hears of.
final class WitnessedDatastore {

    private WitnessedDatastore() {}

    static Datastore of(Datastore sound, Witness witness) {
        return Twin.of(Datastore.class, (method, arguments) -> method.getName().equals("repositories")
                ? repositories(sound.repositories(), witness)
                : method.invoke(sound, arguments));
    }

    @SuppressWarnings("unchecked")
    private static Repositories repositories(Repositories sound, Witness witness) {
        return Twin.of(Repositories.class, (method, arguments) -> {
            var answer = method.invoke(sound, arguments);
            if (method.getName().equals("record")) {
                var records = (List<WriteRecord>) arguments[0];
                var results = (List<WriteResult>) answer;
                for (int i = 0; i < records.size(); i++) {
                    witness.recorded(records.get(i), results.get(i));
                }
            }
            return answer;
        });
    }
}
