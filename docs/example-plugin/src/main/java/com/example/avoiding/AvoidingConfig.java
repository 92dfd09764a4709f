package com.example.avoiding;

import java.util.List;

/// @param storages who is avoided, for example a node in another city
public record AvoidingConfig(List<String> storages) {

    public AvoidingConfig {
        if (storages.contains("")) {
            throw new IllegalArgumentException("storages has an empty name");
        }
    }

    public static AvoidingConfig defaults() {
        return new AvoidingConfig(List.of());
    }
}
