package org.sidereus.integration.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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

  /** Components of a record that are told apart where they stand one after the other. */
  private static final int MOST_PARTS = 8;

  /** Lines of a source file of the program. */
  private static final int MOST_LINES = 450;

  private JavaClasses classes;

  @BeforeAll
  void readClasses() throws IOException {
    List<Path> compiled =
        folders().stream()
            .filter(folder -> !folder.getFileName().toString().startsWith("testing"))
            .map(folder -> folder.resolve("target").resolve("classes"))
            .filter(Files::isDirectory)
            .toList();
    classes = new ClassFileImporter().importPaths(compiled);
  }

  private static List<Path> folders() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of(System.getProperty("sidereus.home")))) {
      return folders.toList();
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

  @Test
  void shouldNameWhatIsMadeOfManyParts() {
    classes().that().areRecords().should(haveFewComponentsOrABuilder()).check(classes);
  }

  private ArchCondition<JavaClass> haveFewComponentsOrABuilder() {
    return new ArchCondition<>("have at most %d components, or a builder".formatted(MOST_PARTS)) {
      @Override
      public void check(JavaClass record, ConditionEvents events) {
        long components =
            record.getFields().stream()
                .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                .count();
        boolean isBuilt =
            known(record.getName() + "$Builder") || known(record.getName() + "Builder");
        if (components > MOST_PARTS && !isBuilt) {
          events.add(
              SimpleConditionEvent.violated(
                  record, "%s has %d components".formatted(record.getName(), components)));
        }
      }

      private boolean known(String name) {
        return classes.contain(name);
      }
    };
  }

  @Test
  void shouldGiveEachNameToOneClass() {
    Map<String, List<String>> byName =
        classes.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(one -> !one.getSimpleName().equals("package-info"))
            // A contract has the name of what it carries.
            .filter(one -> !one.getPackageName().equals("org.sidereus.schemas"))
            .collect(
                Collectors.groupingBy(
                    JavaClass::getSimpleName,
                    Collectors.mapping(JavaClass::getName, Collectors.toList())));
    byName.values().removeIf(one -> one.size() == 1);
    assertThat(byName).as("classes of one name").isEmpty();
  }

  @Test
  void shouldHaveNoLongClasses() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path folder : folders()) {
      Path sources = folder.resolve("src").resolve("main").resolve("java");
      if (Files.isDirectory(sources)) {
        try (Stream<Path> files = Files.walk(sources)) {
          for (Path file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
            int lines = Files.readAllLines(file).size();
            if (lines > MOST_LINES) {
              tooLong.add("%s has %d lines".formatted(file.getFileName(), lines));
            }
          }
        }
      }
    }
    assertThat(tooLong).as("files of more than %d lines", MOST_LINES).isEmpty();
  }
}
