/// Spreads reads evenly by chance.
module io.quaestor.plugin.reading.random {
    requires transitive io.quaestor.spi;

    exports io.quaestor.plugin.reading.random;
}
