package io.millrace.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Asks every rule of the product's code, and of offenders that were planted for it. */
class ArchitectureTest {
    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.millrace");

    private static final JavaClasses OFFENDERS =
            new ClassFileImporter()
                    .withImportOption(location -> location.contains("Planted"))
                    .importPackages("io.millrace");

    static Stream<Architecture.NamedRule> rules() {
        return Architecture.rules();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(Architecture.NamedRule named) {
        named.rule().check(PRODUCT);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void catchesItsOffender(Architecture.NamedRule named) {
        assertThatThrownBy(() -> named.rule().check(OFFENDERS)).isInstanceOf(AssertionError.class);
    }

    @Test
    void theWholeProductWasLookedAt() {
        Set<String> packages =
                PRODUCT.stream().map(type -> type.getPackageName()).collect(Collectors.toSet());
        assertThat(packages)
                .contains(
                        "io.millrace.registry",
                        "io.millrace.record",
                        "io.millrace.spec",
                        "io.millrace.source",
                        "io.millrace.ingest",
                        "io.millrace.features",
                        "io.millrace.inference",
                        "io.millrace.monitor",
                        "io.millrace.sink",
                        "io.millrace.jobs");
    }
}
