package io.quaestor.catalogue;

/// For which releases of the protocol something holds. The catalogue merges 16.8 and 19.1.
public enum Releases {
    NEITHER,
    ONLY_16_8,
    ONLY_19_1,
    BOTH
}
