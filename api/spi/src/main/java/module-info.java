/// What a plug-in sees of Quaestor. Needs nothing at run time but the JDK.
module io.quaestor.spi {
    requires static transitive org.jspecify;
    requires static transitive org.apiguardian.api;
    requires static transitive org.osgi.annotation.bundle;
    requires static transitive org.osgi.annotation.versioning;

    exports io.quaestor.spi.model;
    exports io.quaestor.spi.plugin;
    exports io.quaestor.spi.election;
    exports io.quaestor.spi.reading;
    exports io.quaestor.spi.replication;
    exports io.quaestor.spi.datastore;
}
