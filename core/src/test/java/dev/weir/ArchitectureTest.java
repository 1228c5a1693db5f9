package dev.weir;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.weir.lake.ObjectStore;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The directions in which packages may depend on each other (ARCHITECTURE.md). */
class ArchitectureTest {
  private static JavaClasses core;

  @BeforeAll
  static void read() {
    core =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.weir");
    assertTrue(core.size() > 50, "classes read: " + core.size());
  }

  @ParameterizedTest
  @CsvSource({
    "record, ''",
    "source, record",
    "decode, record",
    "claim, record",
    "lake, claim record",
    "transform, decode lake claim record quality",
    "quality, record decode",
    "pipeline, record decode claim lake transform quality",
    "settings, decode claim lake quality",
    "wiring, record decode claim lake transform quality pipeline settings",
    "doctor, claim lake transform settings wiring",
  })
  void packageDependsOnlyOnThoseBelowIt(String name, String below) {
    Set<String> allowed = new LinkedHashSet<>(List.of("dev.weir." + name + ".."));
    Arrays.stream(below.split(" "))
        .filter(p -> !p.isEmpty())
        .forEach(p -> allowed.add("dev.weir." + p + ".."));
    noClasses()
        .that()
        .resideInAPackage("dev.weir." + name + "..")
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage("dev.weir..")
                .and(JavaClass.Predicates.resideOutsideOfPackages(allowed.toArray(String[]::new))))
        .check(core);
  }

  @Test
  void everyPackageIsKnownHere() {
    classes()
        .should()
        .resideInAnyPackage(
            "dev.weir.record..",
            "dev.weir.source..",
            "dev.weir.decode..",
            "dev.weir.claim..",
            "dev.weir.lake..",
            "dev.weir.transform..",
            "dev.weir.quality..",
            "dev.weir.pipeline..",
            "dev.weir.settings..",
            "dev.weir.wiring..",
            "dev.weir.doctor..")
        .check(core);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.weir.(*)..").should().beFreeOfCycles().check(core);
  }

  /** Wiring makes the store and hands it to the lake; nobody else can put an object. */
  @Test
  void onlyTheLakeWritesObjects() {
    noClasses()
        .that()
        .resideOutsideOfPackages("dev.weir.lake..", "dev.weir.wiring..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ObjectStore.class)
        .check(core);
    noClasses()
        .that()
        .resideInAPackage("dev.weir.wiring..")
        .should()
        .callMethodWhere(
            JavaCall.Predicates.target(HasName.Predicates.nameMatching("putIfAbsent"))
                .and(
                    JavaCall.Predicates.target(
                        HasOwner.Predicates.With.owner(
                            JavaClass.Predicates.assignableTo(ObjectStore.class)))))
        .check(core);
  }

  @Test
  void coreSeesNoFrontEnd() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "picocli..", "software.amazon.kinesis..", "com.amazonaws.services.lambda..")
        .check(core);
  }
}
