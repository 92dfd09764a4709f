/// Sends a read where the fewest calls are under way.
module io.quaestor.plugin.reading.leastconn {
    requires transitive io.quaestor.spi;

    exports io.quaestor.plugin.reading.leastconn;
}
