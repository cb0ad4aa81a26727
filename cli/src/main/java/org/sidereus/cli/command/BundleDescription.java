package org.sidereus.cli.command;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.BundleException;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.Derived;
import org.sidereus.engine.bundle.Feature;
import org.sidereus.engine.bundle.LogUniform;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Observable;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.TruncatedNormal;
import org.sidereus.engine.bundle.Uniform;

/** A bundle in words. */
final class BundleDescription {
  /** Least width of the column of names, characters. */
  private static final int NAMES = 18;

  private final Path folder;
  private final Manifest manifest;
  private final String digest;
  private final int width;

  /**
   * Reads the manifest of a bundle.
   *
   * @throws BundleException if it cannot be read
   */
  BundleDescription(Path folder) {
    this.folder = folder;
    manifest = Manifest.read(folder.resolve(Manifest.FILE));
    digest = BundleIdentity.of(folder, manifest).sha256();
    width =
        Stream.concat(
                manifest.parameters().stream()
                    .map(one -> one.name() + (isMeasured(one) ? unit(one.unit()) : "")),
                manifest.observables().stream().map(one -> one.name() + unit(one.unit())))
            .mapToInt(String::length)
            .reduce(NAMES, Math::max);
  }

  /**
   * The manifest as its file has it, beside the folder and the digest.
   *
   * @throws BundleException if it cannot be read again
   */
  ObjectNode json() {
    Path file = folder.resolve(Manifest.FILE);
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", manifest.name());
    node.put("version", manifest.version());
    node.put("folder", folder.toString());
    node.put("sha256", digest);
    try {
      return node.set("manifest", new JsonMapper().readTree(file.toFile()));
    } catch (IOException e) {
      throw new BundleException(
          "%s cannot be read: %s".formatted(file, SidereusException.reason(e)), e);
    }
  }

  /** The lines. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s version %s: %s".formatted(manifest.name(), manifest.version(), manifest.description()));
    lines.add("digest of the manifest: sha256 " + digest);
    lines.add("");
    lines.add("Parameters (shared: one value for all objects of a group)");
    for (Parameter one : manifest.parameters()) {
      lines.add(
          "  %s %-8s %s"
              .formatted(
                  column(one.name()),
                  one.role().name().toLowerCase(Locale.ROOT),
                  text(one.prior()) + unit(one.unit())));
    }
    manifest
        .correlations()
        .forEach(
            one ->
                lines.add(
                    "  the priors of %s and %s have the correlation %s"
                        .formatted(one.first(), one.second(), one.value())));
    lines.add("");
    lines.add("Observables");
    manifest.observables().forEach(one -> lines.add(text(one)));
    measuredParameters(lines);
    if (!manifest.covariates().isEmpty()) {
      lines.add("");
      lines.add("Covariates, which each observation needs");
      manifest.covariates().forEach(one -> lines.add("  " + one.name() + unit(one.unit())));
    }
    if (!manifest.derived().isEmpty()) {
      lines.add("");
      lines.add(
          "Derived quantities: "
              + manifest.derived().stream().map(Derived::name).collect(Collectors.joining(", ")));
    }
    lines.add("");
    lines.add(
        "Errors that measurements share: "
            + (manifest.takesSharedErrors() ? "taken" : "not taken"));
    lines.add("Samples of an object: " + manifest.samples());
    lines.add("");
    calibration(lines);
    lines.add("");
    provenance(lines);
    return lines;
  }

  private static String unit(String unit) {
    return unit.isEmpty() ? "" : " (" + unit + ")";
  }

  private static String text(Prior prior) {
    if (prior instanceof Normal normal) {
      return "normal, mean %s, sd %s".formatted(number(normal.mean()), number(normal.sd()));
    }
    if (prior instanceof Uniform uniform) {
      return "uniform from %s to %s".formatted(number(uniform.lower()), number(uniform.upper()));
    }
    if (prior instanceof LogUniform logUniform) {
      return "uniform in the logarithm from %s to %s"
          .formatted(number(logUniform.lower()), number(logUniform.upper()));
    }
    TruncatedNormal truncated = (TruncatedNormal) prior;
    return "normal, mean %s, sd %s, from %s to %s"
        .formatted(
            number(truncated.untruncatedMean()),
            number(truncated.untruncatedSd()),
            number(truncated.lower()),
            number(truncated.upper()));
  }

  private String text(Observable one) {
    List<String> parts = new ArrayList<>();
    boolean errors = has(Feature.Kind.ERROR, one.name());
    if (one.errorLower() != null && one.errorUpper() != null) {
      parts.add(
          "errors from %s to %s".formatted(number(one.errorLower()), number(one.errorUpper())));
    } else if (!errors && one.error() != null) {
      parts.add("error %s".formatted(number(one.error())));
    }
    if (errors && one.error() != null) {
      parts.add("%s where none is given".formatted(number(one.error())));
    }
    if (one.lower() != null && one.upper() != null) {
      parts.add("trained from %s to %s".formatted(number(one.lower()), number(one.upper())));
    }
    parts.add(has(Feature.Kind.MASK, one.name()) ? "may be missing" : "must be given");
    return "  %s %s".formatted(column(one.name() + unit(one.unit())), String.join("; ", parts));
  }

  /** Parameters that an observation may measure directly, such as a birth time. */
  private void measuredParameters(List<String> lines) {
    for (Parameter one : manifest.parameters()) {
      if (isMeasured(one)) {
        lines.add(
            "  %s a parameter that may be measured, too"
                .formatted(column(one.name() + unit(one.unit()))));
      }
    }
  }

  private boolean isMeasured(Parameter parameter) {
    return has(Feature.Kind.COVARIATE_MASK, parameter.name());
  }

  private boolean has(Feature.Kind kind, String name) {
    return manifest.features().contains(new Feature(kind, name));
  }

  private void calibration(List<String> lines) {
    Map<String, Object> summary = manifest.calibration();
    if (summary.isEmpty()) {
      lines.add("Calibration: none; make one by ./sidereus validate");
      return;
    }
    boolean passed = Boolean.TRUE.equals(summary.get("passed"));
    lines.add(
        "Calibration: "
            + (passed ? "passed" : "NOT passed (%s)".formatted(summary.get("failures")))
            + known(", %s objects", summary.get("objects"))
            + known(" of the %s", summary.get("truth"))
            + known(", seed %s", summary.get("seed")));
    lines.add("  %s rms residual  68 %% interval  95 %% interval".formatted(column("parameter")));
    for (Object each : list(summary.get("parameters"))) {
      if (each instanceof Map<?, ?> one) {
        lines.add(
            "  %s %12s %14s %14s"
                .formatted(
                    column(String.valueOf(one.get("name"))),
                    rounded(one.get("rms_residual_in_sd")),
                    percent(one.get("coverage_68")),
                    percent(one.get("coverage_95"))));
      }
    }
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  private static String rounded(@Nullable Object value) {
    return value instanceof Number number
        ? String.format(Locale.ROOT, "%.3f", number.doubleValue())
        : "-";
  }

  private static String percent(@Nullable Object value) {
    return value instanceof Number number
        ? String.format(Locale.ROOT, "%.1f %%", 100 * number.doubleValue())
        : "-";
  }

  private void provenance(List<String> lines) {
    Map<String, Object> made = manifest.provenance();
    lines.add(
        "Made by " + made.getOrDefault("command", "a program that the manifest does not name"));
    if (made.get("code_version") != null) {
      lines.add("  code version " + made.get("code_version"));
    }
    if (made.get("recipe") instanceof Map<?, ?> recipe) {
      lines.add("  recipe " + recipe.get("name"));
    }
  }

  /** A name with blanks behind it. */
  private String column(String name) {
    return name + " ".repeat(Math.max(0, width - name.length()));
  }

  /** Words with a value in them; none where it is not known. */
  private static String known(String format, @Nullable Object value) {
    return value == null ? "" : format.formatted(value);
  }

  private static String number(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "infinity" : "-infinity";
    }
    return String.format(Locale.ROOT, "%.4g", value)
        .replaceAll("(\\.\\d*?)0+$", "$1")
        .replaceAll("\\.$", "");
  }
}
