/// The datastore on PostgreSQL. The libraries it requires are packed into its bundle.
module io.quaestor.plugin.datastore.postgres {
    requires transitive io.quaestor.spi;
    requires java.sql;
    requires com.zaxxer.hikari;
    requires org.postgresql.jdbc;
    requires liquibase.core;
    requires org.tukaani.xz;
    requires static org.checkerframework.checker.qual;

    exports io.quaestor.plugin.datastore.postgres;
}
