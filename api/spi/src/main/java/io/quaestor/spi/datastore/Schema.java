package io.quaestor.spi.datastore;

import static org.apiguardian.api.API.Status.EXPERIMENTAL;

import java.util.List;
import org.apiguardian.api.API;
import org.osgi.annotation.versioning.ConsumerType;

/// The tables of a datastore, for the commands of the operator. May be used after [Datastore#start()] was refused.
@API(status = EXPERIMENTAL, since = "0.1")
@ConsumerType
public interface Schema {

    /// Reaches the datastore and comes back.
    ///
    /// @return what was reached, for people, for example `PostgreSQL 15.18 on db.example.com:5432`
    String ping() throws InterruptedException;

    /// Names of the migrations that are not yet made, in order; empty if the tables are as they should be.
    List<String> pending() throws InterruptedException;

    /// Makes them, one proxy at a time.
    ///
    /// @return the names of those that were made, in order
    List<String> migrate() throws InterruptedException;
}
