package io.quaestor.distribution;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules of docs/ARCHITECTURE.md that a machine can hold.
class ArchitectureTest {

    private static final String ROOT = "io.quaestor.";

    /// Annotations for the compiler, and the JDK: everybody may know them.
    private static final String[] EVERYWHERE = {
        "java..", "javax.crypto..", "org.jspecify.annotations..", "org.apiguardian.api..", "org.osgi.annotation.."
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.quaestor");

    /// Who may know whom, besides itself and what everybody may know.
    static Stream<Arguments> rooms() {
        return Stream.of(
                room("spi"),
                room("catalogue"),
                room("routing", "io.quaestor.spi.."),
                room("transaction", "io.quaestor.spi.."),
                room(
                        "coordinator",
                        "io.quaestor.spi..",
                        "io.quaestor.catalogue..",
                        "io.quaestor.routing..",
                        "io.quaestor.transaction..",
                        "io.quaestor.threads..",
                        "com.github.benmanes.caffeine.cache..",
                        "org.slf4j.."),
                room("threads", "io.quaestor.spi..", "org.slf4j.."),
                room("health", "io.quaestor.spi..", "io.quaestor.threads..", "io.quaestor.admin..", "org.slf4j.."),
                room(
                        "repair",
                        "io.quaestor.spi..",
                        "io.quaestor.catalogue..",
                        "io.quaestor.routing..",
                        "io.quaestor.threads..",
                        "io.quaestor.admin..",
                        "org.slf4j.."),
                room("admin", "io.quaestor.spi..", "org.slf4j.."),
                room("plugin.election", "io.quaestor.spi.."),
                room("plugin.reading", "io.quaestor.spi.."),
                room("plugin.replication", "io.quaestor.spi.."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rooms")
    void aRoomKnowsOnlyWhatItMay(String name, String[] known) {
        var allowed = Stream.of(Stream.of(EVERYWHERE), Stream.of(ROOT + name + ".."), Stream.of(known))
                .flatMap(s -> s)
                .toArray(String[]::new);

        classes()
                .that()
                .resideInAPackage(ROOT + name + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed)
                .check(CLASSES);
    }

    @Test
    void onlyWireAndTransportKnowGrpcAndNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        ROOT + "wire..",
                        ROOT + "transport..",
                        ROOT + "messages..",
                        ROOT + "sandbox..",
                        ROOT + "faults..",
                        ROOT + "bench..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "io.netty..")
                .check(CLASSES);
    }

    @Test
    void onlyThePluginKernelKnowsOsgi() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "runtime.plugin..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.osgi.framework..", "org.osgi.util..", "org.apache.felix..")
                .check(CLASSES);
    }

    @Test
    void onlyTheRuntimeKnowsGuice() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "runtime..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.inject..")
                .check(CLASSES);
    }

    @Test
    void onlyTheDatastoreBundleKnowsSql() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "plugin.datastore..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "com.zaxxer..", "liquibase..")
                .check(CLASSES);
    }

    @Test
    void theSandboxKnowsNothingOfTheProxyButItsWire() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "sandbox..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.quaestor..")
                        .and(not(resideInAnyPackage(ROOT + "sandbox..", ROOT + "wire..", ROOT + "messages.."))))
                .check(CLASSES);
    }

    @Test
    void theFaultsKnowNothingOfTheProxyButItsWire() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + "faults..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.quaestor..")
                        .and(not(resideInAnyPackage(ROOT + "faults..", ROOT + "sandbox..", ROOT + "messages.."))))
                .check(CLASSES);
    }

    @Test
    void theJudgeOfHistoriesIsAFunction() {
        classes()
                .that()
                .resideInAPackage(ROOT + "faults.history..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(ROOT + "faults.history..", "java.lang..", "java.util..", "java.time..", "org.jspecify..")
                .check(CLASSES);
    }

    @Test
    void nobodyReadsAClockOrDrawsChanceThatWasNotHandedIn() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + "sandbox..", ROOT + "bench..", ROOT + "messages..")
                .and()
                .doNotHaveSimpleName("SystemClock") // the one that is handed in
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", Duration.class)
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callMethod(ThreadLocalRandom.class, "current")
                .check(CLASSES);
    }

    @Test
    void everyPublicTypeOfTheApiIsMarked() {
        classes()
                .that()
                .resideInAPackage(ROOT + "spi..")
                .and()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .beAnnotatedWith(API.class)
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        var unmarked = CLASSES.stream()
                .map(c -> c.getPackage())
                .filter(p -> !p.getName().startsWith(ROOT + "messages"))
                .filter(p -> !p.getClasses().isEmpty())
                .filter(p -> p.tryGetPackageInfo()
                        .map(i -> !i.isAnnotatedWith(NullMarked.class))
                        .orElse(true))
                .map(p -> p.getName())
                .distinct()
                .toList();

        assertThat(unmarked).isEmpty();
    }

    private static Arguments room(String name, String... known) {
        return Arguments.of(name, known);
    }
}
