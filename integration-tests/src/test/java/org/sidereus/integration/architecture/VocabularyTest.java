package org.sidereus.integration.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * One word for one thing: sources, scripts, names of metrics and keys, and documentation use the
 * words of {@code docs/glossary.md} and not the words that they replaced.
 */
class VocabularyTest {
  private static final Path HOME = Path.of(System.getProperty("sidereus.home"));

  /** Words that are gone, also as parts of a name such as {@code shouldAnswerOnce}. */
  private static final Set<String> OLD_WORDS =
      Set.of(
          "question",
          "questions",
          "books",
          "silence",
          "silences",
          "cadence",
          "stranger",
          "strangers",
          "outgoing",
          "answer",
          "answers",
          "answered",
          "answering",
          "mend",
          "mends",
          "mended");

  /** Types, keys and metrics that have new names. */
  private static final List<Pattern> OLD_NAMES =
      List.of(
          Pattern.compile(
              "\\b(?:class|record|interface|enum) (?:Question|Books|IntakeBooks|IntakeLedger"
                  + "|Silence|Cadence|Strangers|PartitionEnds|Reading|Outgoing|GroupAnswers"
                  + "|WeightsDirectory|UserError|TrainingCase)\\b"),
          Pattern.compile("(?<!group\\.)\\binstance\\.id\\b"),
          Pattern.compile("\\bcommit\\.interval\\b(?!\\.ms)"),
          Pattern.compile("\\bsidereus_missing\\b"));

  /** What Java sources do not have. */
  private static final List<Pattern> FORBIDDEN_IN_JAVA =
      List.of(
          // A caught exception is e; inside another catch it is inner.
          Pattern.compile("\\bcatch \\((?!.* (?:e|inner)\\)).*"),
          // A value is a failure or e; fault tests inject faults.
          Pattern.compile("(?<!integration\\.)\\bfault\\b"),
          Pattern.compile("^package .*\\.commands;"),
          Pattern.compile("^(?!import |package ).*(?<!\")\\bjava\\.util\\.[\\w.]*[A-Z]\\w*"));

  /** Comments and texts, in which every word may be. */
  private static final Pattern COMMENT_OR_TEXT =
      Pattern.compile("^\\s*(?:/?\\*|//).*|//.*|\"(?:[^\"\\\\]|\\\\.)*\"");

  /** Files that name what an old release had, and this list itself. */
  private static final Set<String> HISTORY =
      Set.of(
          "CHANGELOG.md",
          "docs/upgrading.md",
          "integration-tests/src/test/java/org/sidereus/integration/architecture/VocabularyTest.java");

  /** Old names that this release still reads or serves, by file. */
  private static final Map<String, Pattern> STILL_THERE =
      Map.of(
          "streams-app/src/main/java/org/sidereus/streams/config/RenamedKeys.java",
          Pattern.compile("instance\\.id|commit\\.interval"),
          "streams-app/src/test/java/org/sidereus/streams/config/ServiceConfigTest.java",
          Pattern.compile("instance\\.id|commit\\.interval"),
          "streams-app/src/main/java/org/sidereus/streams/http/MetricsText.java",
          Pattern.compile("sidereus_questions_total|sidereus_missing"),
          "demo/src/test/java/org/sidereus/streams/service/SidereusServiceTest.java",
          Pattern.compile("sidereus_questions_total|sidereus_missing"),
          // the name of a store in state of 0.1.0
          "streams-app/src/test/java/org/sidereus/streams/topology/StoredStateTest.java",
          Pattern.compile("intake-books"),
          "streams-app/src/test/resources/state/v0/records.tsv",
          Pattern.compile("intake-books"));

  /** Files with words. */
  private static final Pattern TEXT =
      Pattern.compile(
          ".*\\.(java|md|tsv|avsc|xml|yml|yaml|properties|sh|py|json|toml|html|css|js|ipynb|cff)"
              + "|(.*/)?(sidereus|Dockerfile)");

  /** The stored versions of the contracts, which never change. */
  private static final String STORED_CONTRACTS = "schemas/src/test/resources/";

  private static final Set<String> GENERATED = Set.of("target", "work");

  /** A word, or a part of a name in camel case. */
  private static final Pattern PART = Pattern.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+");

  @Test
  void shouldUseTheWordsOfTheGlossary() throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    for (String file : files()) {
      if (!HISTORY.contains(file)) {
        List<String> hits = hits(file);
        if (!hits.isEmpty()) {
          found.put(file, hits);
        }
      }
    }
    assertThat(found).as("old words by file").isEmpty();
  }

  @Test
  void shouldFindOldWordsInSentencesAndNames() {
    assertThat(oldWords("The books balance, and no question waits for its answer."))
        .containsExactly("books", "question", "answer");
    assertThat(oldWords("void shouldAnswerOnce(Books books) { sidereus_questions_total }"))
        .containsExactly("answer", "books", "books", "questions");
    assertThat(oldWords("record Reading(long instance.id, group.instance.id, commit.interval.ms)"))
        .containsExactly("record Reading", "instance.id");
    assertThat(oldWords("bookshelf unquestioned reading amendment sidereus_missing_values"))
        .isEmpty();
  }

  @Test
  void shouldNameExceptionsAndImportTypes() throws IOException {
    Map<String, List<String>> found = new TreeMap<>();
    for (String file : files()) {
      if (file.endsWith(".java")) {
        List<String> hits = new ArrayList<>();
        for (String line : Files.readAllLines(HOME.resolve(file))) {
          hits.addAll(forbidden(line));
        }
        if (!hits.isEmpty()) {
          found.put(file, hits);
        }
      }
    }
    assertThat(found).as("forbidden names by file").isEmpty();
  }

  @Test
  void shouldFindForbiddenNames() {
    assertThat(forbidden("    } catch (IOException | RuntimeException second) {")).hasSize(1);
    assertThat(forbidden("    } catch (IOException ignored) {")).hasSize(1);
    assertThat(forbidden("    } catch (IOException e) {")).isEmpty();
    assertThat(forbidden("      } catch (IOException inner) {")).isEmpty();
    assertThat(forbidden("  satisfies(fault -> assertThat(fault.reason()))")).hasSize(2);
    assertThat(forbidden("  Exception fault = failure.get();")).hasSize(1);
    assertThat(forbidden("  if (fault != null) { throw fault; } // no fault.")).hasSize(2);
    assertThat(forbidden("   * A property of the model and no fault.")).isEmpty();
    assertThat(forbidden("import org.sidereus.integration.fault.FaultFreeRun;")).isEmpty();
    assertThat(forbidden("package org.sidereus.integration.fault;")).isEmpty();
    assertThat(forbidden("package org.sidereus.trainer.commands;")).hasSize(1);
    assertThat(forbidden("  List<String> list = new java.util.ArrayList<>();")).hasSize(1);
    assertThat(forbidden("import java.util.ArrayList;")).isEmpty();
    assertThat(forbidden("  String name = \"java.util.ArrayList\";")).isEmpty();
  }

  @Test
  void shouldReadTheWholeCheckout() throws IOException {
    assertThat(files())
        .contains(
            "README.md",
            "sidereus",
            "docs/glossary.md",
            "docs/reference/metrics.md",
            "schemas/src/main/avro/Observation.avsc",
            "streams-app/src/main/java/org/sidereus/streams/http/MetricsText.java")
        .noneMatch(file -> file.contains("/target/"));
  }

  private static List<String> hits(String file) throws IOException {
    List<String> hits = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(HOME.resolve(file))) {
      number++;
      for (String word : oldWords(allowed(file, line))) {
        hits.add("line " + number + ": " + word);
      }
    }
    return hits;
  }

  /** The line without the old words that it may have. */
  private static String allowed(String file, String line) {
    Pattern still = STILL_THERE.get(file);
    String rest = still == null ? line : still.matcher(line).replaceAll("");
    // Astronomers call the time between two exposures so: an option of mock surveys.
    return file.startsWith("simulators/") || rest.contains("--cadence")
        ? rest.replaceAll("(?i)cadence", "")
        : rest;
  }

  private static List<String> oldWords(String line) {
    List<String> found = new ArrayList<>();
    for (Pattern name : OLD_NAMES) {
      for (Matcher matcher = name.matcher(line); matcher.find(); ) {
        found.add(matcher.group());
      }
    }
    for (Matcher matcher = PART.matcher(line); matcher.find(); ) {
      String word = matcher.group().toLowerCase(Locale.ROOT);
      if (OLD_WORDS.contains(word)) {
        found.add(word);
      }
    }
    return found;
  }

  private static List<String> forbidden(String line) {
    String code = COMMENT_OR_TEXT.matcher(line).replaceAll("");
    List<String> found = new ArrayList<>();
    for (Pattern pattern : FORBIDDEN_IN_JAVA) {
      for (Matcher matcher = pattern.matcher(code); matcher.find(); ) {
        found.add(matcher.group());
      }
    }
    return found;
  }

  /** Paths of the files with words, relative to the checkout, with slashes. */
  private static List<String> files() throws IOException {
    List<String> files = new ArrayList<>();
    Predicate<Path> hidden = path -> path.getFileName().toString().startsWith(".");
    Files.walkFileTree(
        HOME,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean skipped =
                !folder.equals(HOME)
                    && (hidden.test(folder) || GENERATED.contains(folder.getFileName().toString()));
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String path = HOME.relativize(file).toString().replace('\\', '/');
            if (!hidden.test(file)
                && !path.startsWith(STORED_CONTRACTS)
                && TEXT.matcher(path).matches()) {
              files.add(path);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }
}
