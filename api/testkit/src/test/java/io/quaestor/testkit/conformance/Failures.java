package io.quaestor.testkit.conformance;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Set;
import java.util.TreeSet;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;

/// Runs a kit on an implementation that breaks a rule.
public final class Failures {

    private Failures() {}

    /// @return the names of the rules that were found broken
    public static Set<String> of(Class<?> kit) {
        var names = new TreeSet<String>();
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(kit))
                .execute()
                .testEvents()
                .failed()
                .stream()
                .forEach(event -> names.add(event.getTestDescriptor()
                        .getSource()
                        .map(source -> ((MethodSource) source).getMethodName())
                        .orElseThrow()));
        return names;
    }
}
