/// Copies a repository by asking the target node to fetch it from the source.
module io.quaestor.plugin.replication.gitaly {
    requires transitive io.quaestor.spi;

    exports io.quaestor.plugin.replication.gitaly;
}
