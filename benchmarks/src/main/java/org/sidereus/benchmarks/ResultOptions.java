package org.sidereus.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.util.Map;
import org.sidereus.engine.SidereusException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What becomes of the figures of a benchmark whose throughput is accepted. */
public final class ResultOptions {
  @Option(
      names = "--check",
      description =
          "Fail if it is slower than accepted, as a ratio to a yardstick that runs beside it.")
  private boolean check;

  @Option(names = "--accept", description = "Accept what is measured for later checks.")
  private boolean accept;

  @Option(names = "--json", description = "Print one JSON object as the last line.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /**
   * Accepts a throughput or compares it with the accepted one, as the user asks.
   *
   * @param benchmark its name
   * @param ratio units of work in the processor time of one yardstick
   * @throws SidereusException if it is slower than accepted
   */
  public void judge(String benchmark, double ratio) {
    AcceptedThroughput accepted = AcceptedThroughput.ofInstallation();
    if (accept) {
      accepted.accept(benchmark, ratio);
    }
    if (check) {
      print(accepted.check(benchmark, ratio));
    }
  }

  /** Prints the fields as one JSON object, if the user asks for it. */
  public void print(Map<String, Object> fields) {
    if (json) {
      try {
        print(new JsonMapper().writeValueAsString(fields));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void print(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
