package io.quaestor.runtime.config;

/// By which name a strategy is chosen.
public sealed interface StrategyName {

    /// Where the choice was made.
    Position at();

    /// By the id that the plug-in gives itself.
    record Id(String id, Position at) implements StrategyName {
        @Override
        public String toString() {
            return "\"" + id + "\"";
        }
    }

    /// By the name that Praefect has for it; the plug-in says in its annotation that it answers to it.
    record OfPraefect(String name, Position at) implements StrategyName {
        @Override
        public String toString() {
            return "\"" + name + "\" of Praefect";
        }
    }
}
