/// Did the replicas agree? Who is now out of date? Values and functions: no clock, no thread, no socket.
module io.quaestor.transaction {
    requires transitive io.quaestor.spi;

    exports io.quaestor.transaction;
}
