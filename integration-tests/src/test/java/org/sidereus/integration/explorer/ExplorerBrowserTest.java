package org.sidereus.integration.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.sidereus.demo.Demo;
import org.sidereus.integration.environment.DemoSurvey;

/**
 * The pages in Chromium while the survey of the demo arrives. The screenshots of the documentation
 * are made here: {@code target/screenshots}.
 */
@Tag("browser")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ExplorerBrowserTest {
  private static final String SCRIPT = "<script>document.title='taken over'</script>";
  private static final int FEW = 90;
  private static final int MANY = 900;

  @TempDir private static Path folder;
  private static Path downloads;
  private static ExploredStream stream;
  private static Chromium page;
  private static ChromeDriver browser;
  private static List<DemoSurvey.Row> rows;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    downloads = Files.createDirectories(folder.resolve("downloads"));
    page = Chromium.start(downloads);
    browser = page.driver();
    rows = DemoSurvey.first(MANY).rows();
    stream = ExploredStream.start(folder.resolve("explorer"), truths());
    stream.publish(rows.subList(0, FEW));
    stream.publish(List.of(rows.get(0).as(SCRIPT, SCRIPT)));
    byte[] poison = "not an event".getBytes(StandardCharsets.UTF_8);
    stream.publish("poison".getBytes(StandardCharsets.UTF_8), poison);
    stream.await(FEW + 1, 1);
  }

  private static Map<String, Map<String, Double>> truths() throws IOException {
    Map<String, Map<String, Double>> truths = new TreeMap<>();
    try (var in = Objects.requireNonNull(Demo.class.getResourceAsStream("truth.csv"))) {
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      List<String> header = List.of(lines.get(0).split(",", -1));
      for (String line : lines.subList(1, lines.size())) {
        List<String> cells = List.of(line.split(",", -1));
        truths.put(
            cells.get(header.indexOf("group")),
            Map.of(
                "alpha_IMF", Double.parseDouble(cells.get(header.indexOf("alpha_IMF"))),
                "log10_N_Ia", Double.parseDouble(cells.get(header.indexOf("log10_N_Ia")))));
      }
    }
    truths.put(UncommonPosteriors.WIDE, UncommonPosteriors.FAR_AWAY);
    return truths;
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

  private static void until(Chromium.Condition condition) {
    page.until(condition);
  }

  private static void click(String selector) {
    page.click(selector);
  }

  private static String text(String selector) {
    return page.text(selector);
  }

  private static void picture(String name) throws IOException {
    page.picture(name);
  }

  private static void assertAccessible() throws IOException {
    page.assertAccessible();
  }

  private static double width() {
    return Double.parseDouble(
        browser
            .findElement(By.cssSelector("[id^=figure-contours] .plot"))
            .getAttribute("data-width"));
  }

  @Test
  @Order(1)
  void shouldNarrowTheContoursOfAGroupWhileItsObjectsArrive() throws IOException {
    open("/group?group=galaxy-a");
    until(() -> !browser.findElements(By.cssSelector("[id^=figure-contours] svg path")).isEmpty());
    double before = width();
    stream.publish(rows.subList(FEW, rows.size()));
    stream.await(MANY + 1, 1);
    until(() -> width() < 0.5 * before);
    until(() -> text("#main").contains("300 objects"));
    assertThat(text("#sharing")).contains("alpha_IMF").doesNotContain("not determined", "NaN");
    assertThat(text("#sharing tbody td:nth-child(3)"))
        .matches("[0-9.]+ % \\([0-9.]+ to [0-9.]+ %\\)");
    browser.manage().window().setSize(new Dimension(1280, 1500));
    picture("group");
    browser.manage().window().setSize(new Dimension(1280, 1100));
  }

  @Test
  @Order(2)
  void shouldListSortAndFilterGroups() throws IOException {
    open("/");
    until(() -> browser.findElements(By.cssSelector("#groups tbody tr")).size() == 4);
    assertThat(text(".tiles")).contains("Events in").contains("901");
    picture("overview");
    click("#groups th[data-key=group] button");
    until(() -> text("#groups tbody tr").startsWith("<script>"));
    browser.findElement(By.id("filter")).sendKeys("galaxy-b");
    until(() -> browser.findElements(By.cssSelector("#groups tbody tr")).size() == 1);
    assertThat(text("#groups tbody tr")).startsWith("galaxy-b");
  }

  @Test
  @Order(3)
  void shouldFindAnObjectAndShowIt() throws IOException {
    open("/");
    browser.findElement(By.cssSelector("header input[type=search]")).sendKeys("galaxy-a-0001");
    until(() -> text("#results").contains("galaxy-a-0001"));
    click("#results a");
    until(() -> !browser.findElements(By.cssSelector("[id^=figure-corner] svg path")).isEmpty());
    assertThat(text("#main")).contains("alpha_IMF").contains("Measured").contains("Fe_H");
    assertThat(text("#main")).containsPattern("by gce-tng 3 \\(SHA-256 [0-9a-f]{12}\\)");
    browser.manage().window().setSize(new Dimension(1280, 1900));
    picture("object");
    browser.manage().window().setSize(new Dimension(1280, 1100));
  }

  @Test
  @Order(3)
  void shouldListTheObjectsOfASurveyThatIsFound() {
    open("/");
    browser.findElement(By.cssSelector("header input[type=search]")).sendKeys("surv");
    until(() -> text("#results").contains("survey survey"));
    click("#results a");
    until(() -> browser.findElements(By.cssSelector("#objects tbody tr")).size() == 50);
    assertThat(text("#objects-title")).isEqualTo("Objects of the survey survey");
  }

  @Test
  @Order(4)
  void shouldShowARejection() throws IOException {
    open("/rejections");
    until(() -> !browser.findElements(By.cssSelector("#rejections tbody tr")).isEmpty());
    click("#rejections tbody button");
    until(() -> text("#main").contains("not an event"));
    assertThat(text("section[aria-live]")).doesNotContain("null");
    until(page::allFiguresAreDrawn);
    assertThat(browser.findElements(By.cssSelector("#figure-rejections-by-time svg path")))
        .isNotEmpty();
    picture("rejections");
  }

  @Test
  @Order(5)
  void shouldDownloadAFigureAndItsNumbers() throws IOException {
    open("/group?group=galaxy-b");
    until(() -> !browser.findElements(By.cssSelector("[id^=figure-contours] svg path")).isEmpty());
    WebElement figure = browser.findElement(By.cssSelector("[id^=figure-contours]"));
    WebElement plot = figure.findElement(By.cssSelector(".plot"));
    int before = plot.findElements(By.cssSelector("path")).size();
    figure.findElements(By.tagName("button")).forEach(WebElement::click);
    until(() -> files().size() == 3 && files().stream().noneMatch(f -> f.endsWith("crdownload")));
    int after = plot.findElements(By.cssSelector("path")).size();
    for (String file : files()) {
      assertThat(file).startsWith("galaxy-b-contours-");
      Path path = downloads.resolve(file);
      if (file.endsWith(".svg")) {
        String svg = Files.readString(path);
        assertThat(svg).startsWith("<svg").contains("<title>Joint posterior of alpha_IMF");
        assertThat(svg.split("<path\\b", -1).length - 1)
            .as("lines, as on the page, which objects may have changed meanwhile")
            .isBetween(Math.min(before, after), Math.max(before, after));
      } else if (file.endsWith(".png")) {
        BufferedImage image = ImageIO.read(path.toFile());
        assertThat(image.getWidth()).isCloseTo(2 * plot.getSize().getWidth(), within(2));
        assertThat(IntStream.range(0, image.getWidth()).map(x -> image.getRGB(x, 400)).distinct())
            .as("colours on a line through the image")
            .hasSizeGreaterThan(2);
      } else {
        assertThat(Files.readAllLines(path).get(0))
            .isEqualTo("bundle,kind,share,line,alpha_IMF,log10_N_Ia (log10(1/Msun))");
      }
    }
  }

  private static List<String> files() {
    try (Stream<Path> all = Files.list(downloads)) {
      // Chromium's own files begin with a point
      return all.map(one -> one.getFileName().toString())
          .filter(one -> !one.startsWith("."))
          .toList();
    } catch (IOException e) {
      return new ArrayList<>();
    }
  }

  @Test
  @Order(6)
  void shouldTakeNamesAsText() {
    open("/group?group=" + ExploredStream.encoded(SCRIPT));
    until(() -> text("h1").equals("Group " + SCRIPT));
    assertThat(browser.getTitle()).isNotEqualTo("taken over");
    open("/object?survey=survey&object=" + ExploredStream.encoded(SCRIPT));
    until(() -> text("h1").equals("Object " + SCRIPT));
    assertThat(browser.getTitle()).isNotEqualTo("taken over");
  }

  @Test
  @Order(7)
  void shouldBeAccessibleInLightAndDarkAndOnANarrowScreen() throws IOException {
    for (String path :
        List.of(
            "/",
            "/group?group=galaxy-a",
            "/object?survey=survey&object=galaxy-a-0001",
            "/rejections",
            "/stream")) {
      open(path);
      browser.executeScript("localStorage.setItem('theme', 'light')");
      open(path);
      assertAccessible();
      browser.findElement(By.id("theme")).click();
      until(
          () ->
              "dark"
                  .equals(browser.executeScript("return document.documentElement.dataset.theme")));
      assertAccessible();
      browser.manage().window().setSize(new Dimension(500, 900));
      // the page is laid out anew a moment after the window has its size
      until(
          () ->
              Boolean.TRUE.equals(
                  browser.executeScript(
                      "return innerWidth < 1000 && document.documentElement.scrollWidth <="
                          + " innerWidth")));
      browser.manage().window().setSize(new Dimension(1280, 1100));
    }
    open("/group?group=galaxy-a");
    until(() -> !browser.findElements(By.cssSelector("[id^=figure-contours] svg path")).isEmpty());
    picture("group-dark");
  }

  /** Bundles with one and with seven parameters, long names, flags everywhere, and a telephone. */
  @Test
  @Order(9)
  void shouldShowWhatOtherBundlesPublish() throws IOException {
    stream.publish(UncommonPosteriors.objects(), UncommonPosteriors.groups());
    stream.await(MANY + 1 + UncommonPosteriors.objects().size(), 1);
    String name = UncommonPosteriors.LONG_NAME;
    Map<String, String> pages = new TreeMap<>();
    pages.put("overview", "/");
    pages.put("long-name", "/group?group=" + name);
    pages.put("seven-parameters", "/group?group=" + UncommonPosteriors.FLAGGED);
    pages.put("turned-name", "/group?group=" + ExploredStream.encoded(UncommonPosteriors.TURNED));
    pages.put("two-bundles", "/group?group=" + UncommonPosteriors.TWO_BUNDLES);
    pages.put("wide", "/group?group=" + UncommonPosteriors.WIDE);
    pages.put("object-with-long-name", "/object?survey=survey&object=" + name);
    pages.put("object-with-seven-parameters", "/object?survey=survey&object=alone");
    page.errors();
    for (int width : List.of(360, 1280)) {
      page.width(width);
      for (Map.Entry<String, String> one : pages.entrySet()) {
        open(one.getValue());
        until(page::allFiguresAreDrawn);
        page.assertFits();
        assertAccessible();
        if (one.getKey().equals("seven-parameters")) {
          assertThat(text("#sharing")).contains("not determined");
          assertThat(text("#objects tbody td:nth-child(4)")).as("p-value").isEqualTo("-");
        }
        if (one.getKey().equals("wide")) {
          assertThat(text("#main"))
              .contains("offset of Ne_Fe 0.120 \u00b1 0.010 dex")
              .contains("shift of T_birth_Gyr -0.450 \u00b1 0.030 sd of the prior")
              .contains("The truth, -40 and 900, lies beyond the axes.")
              .contains("The robust posterior goes on beyond the axes.");
        }
        picture("uncommon-" + one.getKey() + "-" + width);
      }
    }
    page.widthOfTheWindow();
    assertThat(page.errors()).isEmpty();
  }

  /** Each bundle has its own parameters: the numbers of one are not drawn as those of another. */
  @Test
  @Order(10)
  void shouldTellTheParametersOfTwoBundlesApart() throws IOException {
    open("/group?group=" + UncommonPosteriors.TWO_BUNDLES);
    until(page::allFiguresAreDrawn);
    assertThat(numbers("mean-age"))
        .startsWith("bundle,objects,mean (Gyr),sd (Gyr)")
        .contains("age-alone,64,7.5,", "slope-and-age,64,7,");
    assertThat(numbers("mean-slope")).contains("slope-and-age,64,-2,").doesNotContain("age-alone");
    assertThat(numbers("windows-age"))
        .contains("age-alone,another survey,2026-01-01T01:00:00Z,3,7.1,");
  }

  /** The numbers of a figure, as they are downloaded. */
  private static String numbers(String figure) throws IOException {
    List<String> before = files();
    click("#figure-" + figure + " figcaption button:last-child");
    until(
        () ->
            files().size() > before.size()
                && files().stream().noneMatch(f -> f.endsWith("crdownload")));
    String file = files().stream().filter(one -> !before.contains(one)).findFirst().orElseThrow();
    assertThat(file).isEqualTo(UncommonPosteriors.TWO_BUNDLES + "-" + figure + ".csv");
    return Files.readString(downloads.resolve(file));
  }

  @Test
  @Order(8)
  void shouldPaintTheOverviewWithinASecond() {
    open("/");
    Object paint =
        browser.executeScript(
            "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime");
    assertThat(((Number) Objects.requireNonNull(paint)).doubleValue()).isLessThan(1000);
  }
}
