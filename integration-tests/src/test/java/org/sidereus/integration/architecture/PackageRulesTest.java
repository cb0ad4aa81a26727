package org.sidereus.integration.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.sidereus.integration.architecture.Modules.Module;

/** The rules of docs/architecture.md between packages and modules. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PackageRulesTest {
  private static final List<Module> MODULES = Modules.ALL;

  /** Packages that may know the command line. */
  private static final String[] COMMAND_LINE = {
    "org.sidereus.cli", "..command", "org.sidereus.benchmarks.."
  };

  private JavaClasses classes;

  @BeforeAll
  void readClasses() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of(System.getProperty("sidereus.home")))) {
      List<Path> compiled =
          folders
              .filter(folder -> !folder.getFileName().toString().startsWith("testing"))
              .map(folder -> folder.resolve("target").resolve("classes"))
              .filter(Files::isDirectory)
              .toList();
      classes = new ClassFileImporter().importPaths(compiled);
    }
  }

  @Test
  void shouldKnowTheModuleOfEachClass() {
    assertThat(classes.stream().map(one -> one.getPackageName().split("\\.")[2]).distinct())
        .containsExactlyInAnyOrderElementsOf(MODULES.stream().map(Module::name).toList());
  }

  @ParameterizedTest
  @FieldSource("MODULES")
  void shouldKnowOnlyWhatIsBelow(Module module) {
    classes()
        .that()
        .resideInAPackage(module.packages())
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(module.known())
        .check(classes);
  }

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    slices().matching("org.sidereus.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void shouldKnowTheCommandLineOnlyInPackagesOfCommands() {
    noClasses()
        .that()
        .resideOutsideOfPackages(COMMAND_LINE)
        .should()
        .dependOnClassesThat(
            resideInAPackage("picocli..")
                .or(resideInAPackage("org.sidereus.cli.."))
                .or(resideInAPackage("..command")))
        .check(classes);
  }

  @Test
  void shouldWriteToTheTerminalOnlyInTheProgram() {
    noClasses()
        .that(not(resideInAPackage("org.sidereus.cli")))
        .should(ACCESS_STANDARD_STREAMS)
        .check(classes);
  }
}
