/// What is this RPC? All RPCs of the protocol, and the part of a request that says which repository it is about.
module io.quaestor.catalogue {
    requires static transitive org.jspecify;

    exports io.quaestor.catalogue;
}
