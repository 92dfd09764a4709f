/// Where must an RPC go? Values and functions: no clock, no thread, no socket.
module io.quaestor.routing {
    requires transitive io.quaestor.spi;

    exports io.quaestor.routing;
}
