package org.sidereus.integration.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidereus.integration.explorer.ExploredStream.encoded;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;

/**
 * The pages in Chromium without topics, while broker, registry or explorer are away, by the
 * keyboard, and with posteriors that failed.
 */
@Tag("browser")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExplorerOutageTest {
  /** Names that addresses, markup, JSON and tables may take for something else. */
  private static final List<String> NAMES =
      List.of(
          "null",
          "undefined",
          "a%2Fb/c?d=e&f#g+h",
          "\"double\" and 'single'",
          "<script>document.title='taken over'</script>",
          "back\\slash, comma; semicolon",
          "\u661f\u7cfb\u7fa4 \u0393\u03b1\u03bb\u03b1\u03be\u03af\u03b1\u03c2",
          UncommonPosteriors.TURNED,
          UncommonPosteriors.LONG_NAME);

  private static final int MANY = 10_000;

  @TempDir private static Path folder;
  private static Chromium page;
  private static PublishedStream stream;

  @BeforeAll
  static void start() throws IOException {
    page = Chromium.start(Files.createDirectories(folder.resolve("downloads")));
    stream = PublishedStream.start(folder);
  }

  @AfterAll
  static void stop() {
    if (page != null) {
      page.close();
    }
    if (stream != null) {
      stream.close();
    }
  }

  private static void open(String path) {
    page.open(stream.url() + path);
  }

  private static List<GroupPosterior> groups(String... names) {
    return IntStream.range(0, names.length)
        .mapToObj(
            i ->
                UncommonPosteriors.group(
                        names[i],
                        "three-parameters",
                        List.of(
                            UncommonPosteriors.parameter("slope", "", -2.1, 0.2),
                            UncommonPosteriors.parameter("age", "Gyr", 7, 0.5),
                            UncommonPosteriors.parameter("dust", "mag", 0.3, 0.1)),
                        i + 2)
                    .build())
        .toList();
  }

  private static boolean notices(String text) {
    return page.text("#notice").contains(text);
  }

  private static boolean hasNoNotice() {
    return !page.driver().findElement(By.id("notice")).isDisplayed();
  }

  private static boolean lists(String group) {
    return page.driver().findElements(By.cssSelector("#groups tbody td:first-child a")).stream()
        .anyMatch(one -> one.getText().equals(group));
  }

  @Test
  @Order(1)
  void shouldSayWhatToDoWhereNothingHasBeenPublished() throws IOException {
    open("/");
    page.until(() -> notices("sidereus.group-posteriors"));
    assertThat(page.text("#notice")).contains("do not exist yet").contains("The service makes");
    assertThat(page.text("#main")).contains("./sidereus run").contains("./sidereus publish");
    page.assertAccessible();
    open("/rejections");
    page.until(() -> page.text("#main").contains("There are no rejections."));
    assertThat(page.driver().findElement(By.cssSelector("figure")).isDisplayed()).isFalse();
    page.assertAccessible();
    open("/stream");
    assertThat(page.text("#main")).contains("sidereus watch").contains("kcat");
    page.assertAccessible();
    open("/object?survey=survey&object=none");
    assertThat(page.text("#main")).contains("there is no object 'none'");
    page.assertAccessible();
  }

  /** A page that waits for its group, and a bundle with three shared parameters. */
  @Test
  @Order(2)
  void shouldShowAGroupAsSoonAsItIsPublished() {
    open("/group?group=null");
    assertThat(page.text("#main")).contains("there is no group 'null'");
    stream.makeTopics();
    stream.publish(List.of(), groups("null"));
    page.until(() -> page.text("h1").equals("Group null"));
    page.until(page::allFiguresAreDrawn);
    assertThat(page.count("[id^='figure-contours-']")).as("pairs").isEqualTo(3);
    assertThat(page.text("#main")).contains("No evidence");
    page.until(ExplorerOutageTest::hasNoNotice);
    open("/");
    page.until(() -> lists("null"));
  }

  @Test
  @Order(3)
  void shouldGoOnByItselfWhenTheExplorerIsBack() {
    open("/");
    page.until(() -> page.text("#live").equals("live"));
    stream.stopExplorer();
    page.until(() -> page.text("#live").startsWith("no connection"));
    page.until(() -> notices("The explorer does not respond"));
    assertThat(lists("null")).as("what was shown is still there").isTrue();
    stream.publish(List.of(), groups("published meanwhile"));
    stream.startExplorer();
    page.until(() -> page.text("#live").equals("live"));
    page.until(() -> lists("published meanwhile"));
    page.until(ExplorerOutageTest::hasNoNotice);
  }

  @Test
  @Order(4)
  void shouldShowWhatItHasWhileTheBrokerIsAway() {
    open("/group?group=null");
    stream.broker().stop();
    page.until(() -> notices("No broker responds at 127.0.0.1"));
    assertThat(page.text("h1")).isEqualTo("Group null");
    stream.stopExplorer();
    stream.startExplorer();
    open("/group?group=null");
    page.until(page::allFiguresAreDrawn);
    page.until(() -> notices("No broker responds at 127.0.0.1"));
    open("/");
    page.until(() -> lists("published meanwhile"));
    stream.broker().restart();
    page.until(ExplorerOutageTest::hasNoNotice);
    stream.publish(List.of(), groups("published after the broker was away"));
    page.until(() -> lists("published after the broker was away"));
  }

  /** Records of which the registry does not give the schema are read again. */
  @Test
  @Order(5)
  void shouldReadRecordsOnceTheRegistryIsBack() {
    stream.stopExplorer();
    stream.registry().shut();
    stream.publish(List.of(), groups("published without a registry"));
    stream.startExplorer();
    open("/");
    page.until(() -> notices("The schema registry gives no schema"));
    stream.registry().open();
    page.until(() -> lists("published without a registry"));
    page.until(ExplorerOutageTest::hasNoNotice);
    assertThat(stream.get("/api/overview").get("unreadable").asInt()).isZero();
    String topic = "sidereus.object-posteriors";
    stream.write(topic, new byte[] {1, 2, 3});
    page.until(() -> notices("1 record could not be read and is not shown"));
  }

  private static WebElement focused() {
    return page.driver().switchTo().activeElement();
  }

  private static void press(CharSequence... keys) {
    focused().sendKeys(keys);
  }

  /** Presses the tabulator until something is reached that a reader sees to be reached. */
  private static void reach(String selector) {
    for (int i = 0; i < 60; i++) {
      press(Keys.TAB);
      if (Boolean.TRUE.equals(
          page.run("return document.activeElement.matches(arguments[0])", selector))) {
        assertThat(page.run("return getComputedStyle(document.activeElement).outlineStyle"))
            .as("outline of %s", selector)
            .isEqualTo("solid");
        return;
      }
    }
    throw new AssertionError(selector + " is not reached by the keyboard");
  }

  @Test
  @Order(6)
  void shouldBeUsedByTheKeyboardAlone() {
    open("/");
    page.until(() -> lists("null"));
    reach("a.skip");
    assertThat(focused().isDisplayed()).isTrue();
    assertThat(focused().getLocation().getX()).as("the skip link is on the page").isPositive();
    press(Keys.ENTER);
    assertThat(page.run("return document.activeElement.id")).isEqualTo("main");
    reach("#filter");
    press("null");
    page.until(() -> page.count("#groups tbody tr") == 1);
    press(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
    page.until(() -> page.count("#groups tbody tr") > 1);
    reach("#bundle");
    reach("#groups th[data-key=objects] button");
    press(Keys.ENTER);
    page.until(() -> page.count("#groups th[data-key=objects][aria-sort=ascending]") == 1);
    press(Keys.SPACE);
    page.until(() -> page.count("#groups th[data-key=objects][aria-sort=descending]") == 1);
    // the focus stays on a link while its table is drawn anew
    reach("#groups tbody a[href='/group?group=null']");
    for (int i = 0; i < 3; i++) {
      stream.publish(List.of(), groups("arrives " + i));
      String name = "arrives " + i;
      page.until(() -> lists(name));
      assertThat(page.run("return document.activeElement.getAttribute('href')"))
          .isEqualTo("/group?group=null");
    }
    press(Keys.ENTER);
    page.until(() -> page.text("h1").equals("Group null"));
    page.until(page::allFiguresAreDrawn);
    reach("header input[type=search]");
    press("arriv");
    page.until(() -> page.count("#results a") == 3);
    press(Keys.ARROW_DOWN);
    press(Keys.ARROW_DOWN);
    assertThat(focused().getText()).isEqualTo("group arrives 1");
    press(Keys.ESCAPE);
    assertThat(page.driver().findElement(By.id("results")).isDisplayed()).isFalse();
    reach("#theme");
    press(Keys.ENTER);
    reach("[id^='figure-contours-'] figcaption button:last-child");
    press(Keys.ENTER);
    page.until(() -> Files.exists(folder.resolve("downloads/null-contours-slope-age.csv")));
  }

  /** A browser has six connections to a server, and an open page keeps one. */
  @Test
  @Order(7)
  void shouldOpenMorePagesThanABrowserHasConnections() {
    String first = page.driver().getWindowHandle();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      page.driver().switchTo().newWindow(WindowType.TAB);
      others.add(page.driver().getWindowHandle());
      open("/group?group=null");
      page.until(page::allFiguresAreDrawn);
    }
    for (String one : others) {
      page.driver().switchTo().window(one).close();
    }
    page.driver().switchTo().window(first);
    stream.publish(List.of(), groups("seen after the other pages"));
    open("/");
    page.until(() -> lists("seen after the other pages"));
    page.until(() -> page.text("#live").equals("live"));
  }

  @Test
  @Order(8)
  void shouldShowPosteriorsWhoseNumbersAreNotFinite() throws IOException {
    stream.publish(FailedPosteriors.objects(), FailedPosteriors.groups());
    page.until(() -> lists("no-width"));
    page.errors();
    for (String group : List.of(FailedPosteriors.GROUP, "no-width")) {
      open("/group?group=" + group);
      page.until(() -> page.text("h1").equals("Group " + group));
      page.until(() -> page.text("#main").contains("are in no figure"));
      assertThat(page.text("#main")).contains("No object has a p-value").doesNotContain("NaN");
      assertThat(page.count("[id^='figure-contours']")).isZero();
      page.assertAccessible();
    }
    open("/group?group=" + FailedPosteriors.GROUP);
    page.until(() -> page.count("#objects tbody tr") == 3);
    for (int i = 1; i <= 3; i++) {
      open("/object?survey=failed&object=" + FailedPosteriors.GROUP + "-" + i);
      assertThat(page.text("#main")).contains("No p-value").doesNotContain("NaN");
      assertThat(page.count("figure")).isEqualTo(i == 1 ? 0 : 1);
      page.assertAccessible();
    }
    open("/object?survey=failed&object=" + FailedPosteriors.WITHDRAWN);
    assertThat(page.text("#main")).contains("has withdrawn the object").doesNotContain("NaN");
    assertThat(page.count("figure")).isZero();
    open("/");
    page.until(() -> lists(FailedPosteriors.GROUP));
    assertThat(page.text("#groups")).doesNotContain("NaN");
    assertThat(page.errors()).isEmpty();
  }

  @Test
  @Order(9)
  void shouldTakeAnyNameOfAGroupAndAnObject() throws IOException {
    List<ObjectPosterior> objects =
        NAMES.stream()
            .map(name -> UncommonPosteriors.object(name, name, "three-parameters", 3, List.of()))
            .toList();
    stream.publish(objects, groups(NAMES.toArray(String[]::new)));
    open("/");
    page.until(() -> NAMES.stream().allMatch(ExplorerOutageTest::lists));
    page.errors();
    page.run("localStorage.setItem('theme', 'dark')");
    page.width(360);
    for (String name : NAMES) {
      open("/");
      page.driver().findElement(By.cssSelector("header input[type=search]")).sendKeys(bmp(name));
      page.until(() -> page.count("#results a") > 1);
      page.click("#results a[href^='/group']");
      page.until(() -> page.text("h1").equals("Group " + name));
      page.until(page::allFiguresAreDrawn);
      page.until(() -> page.count("#objects tbody a") == 1);
      page.assertFits();
      page.assertAccessible();
      page.click("#objects tbody a");
      page.until(() -> page.text("h1").equals("Object " + name));
      page.until(page::allFiguresAreDrawn);
      page.assertFits();
      page.assertAccessible();
      JsonNode found = stream.get("/api/search?q=" + encoded(name));
      assertThat(found.get("groups")).as(name).isNotEmpty();
      assertThat(page.driver().getTitle()).isNotEqualTo("taken over");
    }
    page.widthOfTheWindow();
    page.run("localStorage.removeItem('theme')");
    assertThat(page.errors()).isEmpty();
  }

  /** The driver types characters of the first plane only. */
  private static String bmp(String name) {
    int end = 0;
    while (end < Math.min(60, name.length()) && !Character.isSurrogate(name.charAt(end))) {
      end++;
    }
    return name.substring(0, end).strip();
  }

  @Test
  @Order(10)
  void shouldListTenThousandGroups() {
    for (int from = 0; from < MANY; from += 1000) {
      stream.publish(
          List.of(),
          groups(
              IntStream.range(from, from + 1000)
                  .mapToObj("galaxy-%05d"::formatted)
                  .toArray(String[]::new)));
    }
    open("/");
    page.driver().findElement(By.id("filter")).sendKeys("galaxy-");
    page.until(() -> page.text("#main").contains("1 to 50 of 10,000"));
    page.click("#groups th[data-key=group] button");
    page.until(() -> page.text("#groups tbody tr").startsWith("galaxy-00000"));
    page.click("#groups th[data-key=group] button");
    page.until(() -> page.text("#groups tbody tr").startsWith("galaxy-09999"));
    page.driver().findElements(By.cssSelector("button.plain")).stream()
        .filter(one -> one.getText().equals("Next") && one.isDisplayed())
        .findFirst()
        .orElseThrow()
        .click();
    page.until(() -> page.text("#main").contains("51 to 100 of 10,000"));
    page.until(() -> page.text("#groups tbody tr").startsWith("galaxy-09949"));
  }
}
