package org.sidereus.benchmarks.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.sidereus.engine.SidereusException;
import org.sidereus.simulators.cases.ScienceCases;
import org.sidereus.simulators.command.InputsOption;
import org.sidereus.simulators.model.ForwardModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidereus bench simulator}: the time of one run on one core. */
@Command(
    description =
        "The time is that of one run on one core, for draws from the prior: on the clock,"
            + " measured with JMH, and on the processor.",
    modelTransformer = InputsOption.class,
    mixinStandardHelpOptions = true)
final class SimulatorBenchCommand implements Callable<Integer> {
  @Parameters(paramLabel = "CASE", description = "Science case, as in `train CASE`.")
  private String science;

  @Option(
      names = InputsOption.NAME,
      paramLabel = "DIR",
      description = "Folder of the files that the simulator reads, if it reads any.")
  private @Nullable Path inputs;

  @Option(names = "--json", description = "Print JSON instead of text.")
  private boolean json;

  @Option(
      names = "--forks",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Number of fresh Java machines to measure in; 0 measures in this one (default:"
              + " ${DEFAULT-VALUE}).")
  private int forks;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description =
          "Seconds to measure each model, after 3 seconds to warm up (default:"
              + " ${DEFAULT-VALUE}).")
  private int seconds;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws Exception {
    // a missing file is reported here in one line, and not from inside of the benchmark
    Map<String, ForwardModel> models =
        ScienceCases.named(science).models(Optional.ofNullable(inputs));
    Options options =
        new OptionsBuilder()
            .include("^" + SimulatorBenchmark.class.getName().replace(".", "\\.") + "\\.run$")
            .param("science", science)
            .param("model", models.keySet().toArray(String[]::new))
            .param("inputs", folder())
            .forks(forks)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(Math.max(1, seconds))
            .measurementTime(TimeValue.seconds(1))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    Collection<RunResult> results;
    try {
      results = new Runner(options).run();
    } catch (RunnerException e) {
      throw new SidereusException("the benchmark could not run: " + e.getMessage(), e);
    }
    PrintWriter out = command.commandLine().getOut();
    out.println(json ? asJson(results) : asText(results));
    out.flush();
    return 0;
  }

  /** The absolute path of the inputs; empty: there are none. */
  private String folder() {
    return inputs == null ? "" : inputs.toAbsolutePath().toString();
  }

  private double processorMs(RunResult run) {
    SimulatorBenchmark benchmark = new SimulatorBenchmark();
    benchmark.science = science;
    benchmark.model = run.getParams().getParam("model");
    benchmark.inputs = folder();
    return ProcessorTimeProfiler.msPerRun(benchmark, Math.max(1, seconds));
  }

  private String asText(Collection<RunResult> results) {
    StringBuilder text = new StringBuilder("simulator, one core, draws from the prior");
    for (RunResult run : results) {
      Result<?> result = run.getPrimaryResult();
      text.append(
          String.format(
              Locale.ROOT,
              "%n  %-16s %.4f ms per run (+- %.4f), %.4f ms of processor time",
              run.getParams().getParam("model"),
              result.getScore(),
              result.getScoreError(),
              processorMs(run)));
    }
    return text.toString();
  }

  private String asJson(Collection<RunResult> results) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("benchmark", "simulator");
    root.put("unit", "ms/run");
    root.put("threads", 1);
    ArrayNode runs = root.putArray("results");
    for (RunResult run : results) {
      Result<?> result = run.getPrimaryResult();
      ObjectNode node = runs.addObject();
      node.put("model", run.getParams().getParam("model"));
      node.put("ms_per_run", result.getScore());
      node.put("processor_ms_per_run", processorMs(run));
      double error = result.getScoreError();
      if (Double.isFinite(error)) {
        node.put("error_ms", error);
      }
    }
    return mapper.writeValueAsString(root);
  }
}
