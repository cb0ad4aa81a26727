package org.sidereus.integration.explorer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Chromium, which looks at the pages of an explorer. */
final class Chromium implements AutoCloseable {
  /** How often an element may be drawn anew while its text is read. */
  private static final int MOST_DRAWN_ANEW = 20;

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final ChromeDriver driver;

  /** Something that comes true. */
  interface Condition {
    boolean holds();
  }

  private Chromium(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts the browser; the test is skipped where there is none.
   *
   * @param downloads folder of what is downloaded
   */
  static Chromium start(Path downloads) {
    Path chromium = executable("chromium");
    Path chromedriver = executable("chromedriver");
    assumeTrue(
        chromium != null && chromedriver != null,
        "chromium or chromedriver is not here, so no page was looked at; install the packages"
            + " chromium and chromium-driver");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.toFile());
    options.addArguments(
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
    options.setExperimentalOption(
        "prefs", Map.of("download.default_directory", downloads.toString()));
    ChromeDriver driver =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(chromedriver.toFile()).build(),
            options);
    driver.manage().window().setSize(new Dimension(1280, 1100));
    driver.manage().timeouts().scriptTimeout(PATIENCE);
    return new Chromium(driver);
  }

  private static Path executable(String name) {
    for (String place : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      Path file = Path.of(place, name);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    return null;
  }

  ChromeDriver driver() {
    return driver;
  }

  /** Opens a page and waits until it has its content, or says why it has none. */
  void open(String address) {
    driver.get(address);
    until(() -> driver.findElement(By.id("main")).getAttribute("aria-busy") == null);
  }

  void until(Condition condition) {
    new WebDriverWait(driver, PATIENCE)
        .ignoring(StaleElementReferenceException.class)
        .ignoring(NoSuchElementException.class)
        .withMessage(() -> driver.getCurrentUrl() + " shows: " + text("body"))
        .until(one -> condition.holds());
  }

  /** Clicks an element that a page may draw anew at any moment. */
  void click(String selector) {
    until(
        () -> {
          driver.findElement(By.cssSelector(selector)).click();
          return true;
        });
  }

  /** The text of an element that a page may draw anew at any moment. */
  String text(String selector) {
    for (int again = 0; again < MOST_DRAWN_ANEW; again++) {
      try {
        return driver.findElement(By.cssSelector(selector)).getText();
      } catch (StaleElementReferenceException e) {
        // It was drawn anew after it was found.
      }
    }
    return driver.findElement(By.cssSelector(selector)).getText();
  }

  int count(String selector) {
    return driver.findElements(By.cssSelector(selector)).size();
  }

  Object run(String script, Object... values) {
    return driver.executeScript(script, values);
  }

  /** Gives the page a width, also one that no window may have. */
  void width(int pixels) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", pixels, "height", 2400, "deviceScaleFactor", 1, "mobile", false));
  }

  void widthOfTheWindow() {
    driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
  }

  void picture(String name) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "screenshots"));
    Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }

  boolean allFiguresAreDrawn() {
    return Boolean.TRUE.equals(
        run(
            "const all = [...document.querySelectorAll('figure:not([hidden]) .plot')];"
                + "return all.length > 0 && all.every((one) => one.querySelector('svg path'))"));
  }

  /** No violation of accessibility on the page that is open. */
  void assertAccessible() throws IOException {
    try (var in =
        Objects.requireNonNull(
            Chromium.class.getResourceAsStream(
                "/META-INF/resources/webjars/axe-core/"
                    + System.getProperty("axe.version")
                    + "/axe.min.js"))) {
      run(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    Object violations =
        driver.executeAsyncScript(
            "const done = arguments[0]; axe.run().then((result) => done(result.violations.map("
                + "(one) => one.id + ': ' + one.nodes.map((node) => node.html).join(' '))))");
    assertThat((List<?>) violations).as(driver.getCurrentUrl()).isEmpty();
  }

  /** The page that is open is not wider than its window. */
  void assertFits() {
    assertThat(
            run(
                "const page = document.documentElement;"
                    + "return page.scrollWidth - page.clientWidth"))
        .as("%s is too wide", driver.getCurrentUrl())
        .isEqualTo(0L);
  }

  /** Errors in the console since the last call, without those of requests that have no result. */
  List<String> errors() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
        .map(entry -> entry.getMessage())
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
