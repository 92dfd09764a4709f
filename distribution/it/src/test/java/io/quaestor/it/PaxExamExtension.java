package io.quaestor.it;

import org.ops4j.pax.exam.Configuration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.nat.internal.NativeTestContainer;
import org.ops4j.pax.exam.spi.DefaultExamSystem;
import org.ops4j.pax.exam.spi.PaxExamRuntime;
import org.osgi.framework.BundleContext;

/// Runs one Pax Exam container for a test class, configured by its method that is marked with [Configuration], and hands
/// its bundle context to tests. Pax Exam itself has no driver for Jupiter.
final class PaxExamExtension implements BeforeAllCallback, AfterAllCallback, ParameterResolver {

    private @Nullable NativeTestContainer container;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        var method = AnnotationSupport.findAnnotatedMethods(
                        context.getRequiredTestClass(), Configuration.class, HierarchyTraversalMode.TOP_DOWN)
                .getFirst();
        var options = (Option[]) ReflectionSupport.invokeMethod(method, null);
        var started = (NativeTestContainer) PaxExamRuntime.createContainer(DefaultExamSystem.create(options));
        started.start();
        container = started;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (container != null) {
            container.stop();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == BundleContext.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Objects.requireNonNull(container).getSystemBundle().getBundleContext();
    }
}
