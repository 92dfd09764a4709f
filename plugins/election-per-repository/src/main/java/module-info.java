/// Elects a primary for each repository on its own.
module io.quaestor.plugin.election.perrepository {
    requires transitive io.quaestor.spi;

    exports io.quaestor.plugin.election.perrepository;
}
