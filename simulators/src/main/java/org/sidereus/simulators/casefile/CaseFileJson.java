package org.sidereus.simulators.casefile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.Correlation;
import org.sidereus.engine.bundle.Covariate;
import org.sidereus.engine.bundle.Derived;
import org.sidereus.engine.bundle.LogUniform;
import org.sidereus.engine.bundle.Noise;
import org.sidereus.engine.bundle.Normal;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.bundle.Prior;
import org.sidereus.engine.bundle.Role;
import org.sidereus.engine.bundle.TruncatedNormal;
import org.sidereus.engine.bundle.Uniform;
import org.sidereus.networks.FormulaParser;
import org.sidereus.simulators.model.DerivedQuantity;
import org.sidereus.simulators.sets.MeasuredParameter;
import org.sidereus.simulators.sets.ObservableErrors;
import org.sidereus.simulators.sets.SurveyDescription;
import org.sidereus.simulators.sets.SurveyedObservable;

/** Reads case files. */
final class CaseFileJson {
  private static final int FORMAT = 1;
  private static final long LARGEST_BYTES = 1L << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private CaseFileJson() {}

  static CaseFile read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new SidereusException(file + " does not exist; name a case file");
      }
      if (Files.size(file) > LARGEST_BYTES) {
        throw new SidereusException(
            file + " is larger than " + LARGEST_BYTES + " bytes; it is no case file");
      }
      return of(file.toString(), MAPPER.readTree(Files.readAllBytes(file)));
    } catch (JsonProcessingException e) {
      throw new SidereusException(
          "%s is no JSON: %s in line %d; correct it"
              .formatted(file, e.getOriginalMessage(), e.getLocation().getLineNr()),
          e);
    } catch (IOException e) {
      throw new SidereusException(file + " cannot be read: " + SidereusException.reason(e), e);
    }
  }

  static CaseFile of(Map<?, ?> source) {
    return of("the case file of the bundle", MAPPER.valueToTree(source));
  }

  /** Reads a tree. */
  static CaseFile of(String file, JsonNode json) {
    CaseNode root = new CaseNode(file, "", json);
    if (!json.isObject()) {
      throw root.wrong("", "a case file is an object {...}");
    }
    root.withKeys(
        "$schema",
        "format",
        "name",
        "description",
        "parameters",
        "correlations",
        "covariates",
        "observables",
        "measured_parameters",
        "patterns",
        "derived",
        "simulations");
    if (root.number("format") != FORMAT) {
      throw root.wrong("format", "it must be " + FORMAT + " but is " + json.get("format"));
    }
    List<Parameter> parameters =
        root.objects("parameters").stream().map(CaseFileJson::parameter).toList();
    List<CaseNode> observables = root.objects("observables");
    if (parameters.isEmpty() || observables.isEmpty()) {
      throw root.wrong(
          parameters.isEmpty() ? "parameters" : "observables", "it is missing or empty; list one");
    }
    List<Covariate> covariates =
        root.objects("covariates").stream().map(CaseFileJson::covariate).toList();
    TableNoise noise =
        root.has("simulations")
                && root.word("simulations", List.of("noiseless", "noisy")).equals("noisy")
            ? TableNoise.NOISY
            : TableNoise.NOISELESS;
    return root.make(
        () -> {
          CaseInputs inputs =
              new CaseInputs(
                  parameters,
                  root.objects("correlations").stream().map(CaseFileJson::correlation).toList(),
                  covariates);
          return new CaseFile(
              root.text("name"),
              root.optionalText("description"),
              inputs,
              new SurveyDescription(
                  observables.stream().map(CaseFileJson::observable).toList(),
                  parameters.stream().map(Parameter::name).toList(),
                  covariates.stream().map(Covariate::name).toList(),
                  root.objects("measured_parameters").stream()
                      .map(one -> measured(one, parameters))
                      .toList(),
                  patterns(root)),
              root.objects("derived").stream().map(one -> derived(one, inputs.names())).toList(),
              noise,
              MAPPER.convertValue(json, new TypeReference<Map<String, Object>>() {}));
        });
  }

  private static Parameter parameter(CaseNode node) {
    node.withKeys("name", "unit", "role", "prior");
    Role role =
        node.word("role", List.of("shared", "local")).equals("shared") ? Role.SHARED : Role.LOCAL;
    Prior prior = distribution(node.object("prior"));
    return node.make(
        () -> new Parameter(node.text("name"), node.optionalText("unit"), role, prior));
  }

  private static Covariate covariate(CaseNode node) {
    node.withKeys("name", "unit", "training");
    Prior training = distribution(node.object("training"));
    return node.make(() -> new Covariate(node.text("name"), node.optionalText("unit"), training));
  }

  private static Prior distribution(CaseNode node) {
    if (node.json().path("kind").asText().equals("table")) {
      throw node.wrong(
          "kind",
          "draws are no prior of a bundle, which needs a density; fit one of the other kinds to"
              + " them, draw the simulations from it, and declare it here");
    }
    String kind =
        node.word("kind", List.of("normal", "truncated_normal", "uniform", "log_uniform"));
    switch (kind) {
      case "normal" -> node.withKeys("kind", "mean", "sd");
      case "truncated_normal" -> node.withKeys("kind", "mean", "sd", "lower", "upper");
      default -> node.withKeys("kind", "lower", "upper");
    }
    return node.make(
        () ->
            switch (kind) {
              case "normal" -> new Normal(node.number("mean"), node.number("sd"));
              case "truncated_normal" -> truncated(node);
              case "uniform" -> new Uniform(node.number("lower"), node.number("upper"));
              default -> new LogUniform(node.number("lower"), node.number("upper"));
            });
  }

  private static Prior truncated(CaseNode node) {
    Double lower = node.optionalNumber("lower");
    Double upper = node.optionalNumber("upper");
    if (lower == null && upper == null) {
      throw node.wrong("", "it has neither lower nor upper; give one, or the kind normal");
    }
    return new TruncatedNormal(
        node.number("mean"),
        node.number("sd"),
        lower == null ? Double.NEGATIVE_INFINITY : lower,
        upper == null ? Double.POSITIVE_INFINITY : upper);
  }

  private static Correlation correlation(CaseNode node) {
    node.withKeys("of", "value");
    List<String> of = node.texts("of");
    if (of.size() != 2) {
      throw node.wrong("of", "it must name two parameters but names " + of);
    }
    return node.make(() -> new Correlation(of, node.number("value")));
  }

  private static SurveyedObservable observable(CaseNode node) {
    node.withKeys(
        "name",
        "unit",
        "noise",
        "error",
        "error_lower",
        "error_upper",
        "error_column",
        "may_be_missing");
    Noise noise =
        node.has("noise")
                && node.word("noise", List.of("normal", "normal_flux")).equals("normal_flux")
            ? Noise.NORMAL_FLUX
            : Noise.NORMAL;
    return node.make(
        () ->
            new SurveyedObservable(
                node.text("name"),
                node.optionalText("unit"),
                noise,
                errors(node),
                node.flag("may_be_missing")));
  }

  private static ObservableErrors errors(CaseNode node) {
    boolean ranged = node.has("error_lower") || node.has("error_upper");
    if (node.has("error_column")) {
      if (ranged) {
        throw node.wrong(
            "error_column", "it excludes error_lower and error_upper; give the one or the others");
      }
      return new ObservableErrors.Column(
          node.text("error_column"), node.has("error") ? node.number("error") : null);
    }
    if (ranged) {
      return new ObservableErrors.Range(
          node.number("error"), node.number("error_lower"), node.number("error_upper"));
    }
    return node.has("error")
        ? new ObservableErrors.Fixed(node.number("error"))
        : new ObservableErrors.Unknown();
  }

  private static MeasuredParameter measured(CaseNode node, List<Parameter> parameters) {
    node.withKeys("name", "error_lower", "error_upper");
    List<String> names = parameters.stream().map(Parameter::name).toList();
    String name = node.word("name", names);
    return node.make(
        () ->
            new MeasuredParameter(
                names.indexOf(name), node.number("error_lower"), node.number("error_upper")));
  }

  private static List<Set<String>> patterns(CaseNode root) {
    List<Set<String>> patterns = new ArrayList<>();
    root.textLists("patterns").forEach(names -> patterns.add(new HashSet<>(names)));
    return patterns;
  }

  private static DerivedQuantity derived(CaseNode node, List<String> inputs) {
    node.withKeys("name", "unit", "formula");
    return node.make(
        () ->
            new DerivedQuantity(
                new Derived(node.text("name"), node.optionalText("unit")),
                new FormulaParser(inputs).parse(node.text("formula"))));
  }
}
