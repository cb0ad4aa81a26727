package org.sidereus.streams.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.service.ApplicationReset;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidereus reset}: the service begins anew. */
@Command(
    description = {
      "Deletes the offsets, the internal topics and, on this machine, the local state of the"
          + " application, so that its next start reads all observations again. It keeps the topics"
          + " of observations, posteriors and rejections. All instances must be stopped.",
      "",
      "Without --execute it deletes nothing and says what it would delete.",
      ""
    },
    mixinStandardHelpOptions = true)
final class ResetCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(names = "--execute", description = "Delete.")
  private boolean execute;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ServiceConfig config = options.load();
    PrintWriter out = spec.commandLine().getOut();
    try (ApplicationReset reset = new ApplicationReset(config)) {
      ApplicationReset.Plan plan = reset.plan();
      if (plan.isEmpty()) {
        out.printf(
            "application '%s' at %s has nothing to delete%n",
            config.applicationId(), config.bootstrapServers());
      } else {
        out.printf(
            "application '%s' at %s: %s%n",
            config.applicationId(),
            config.bootstrapServers(),
            execute ? "deleting" : "this would be deleted");
        if (plan.offsets() > 0) {
          out.printf("  the offsets of %d partitions%n", plan.offsets());
        }
        plan.topics().forEach(topic -> out.printf("  the topic %s%n", topic));
        if (plan.hasFolder()) {
          out.printf("  the folder %s%n", plan.folder());
        }
        out.printf("kept: the topics %s%n", config.topics().observations());
        out.printf(
            "  %s%n  %s (its posteriors stay until new ones replace them)%n  %s%n",
            config.topics().objectPosteriors(),
            config.topics().groupPosteriors(),
            config.topics().rejections());
        config.samplesTopic().ifPresent(topic -> out.printf("  %s%n", topic));
      }
      if (!plan.others().isEmpty()) {
        out.printf(
            "not touched, since they may be of another application or an older release: %s%n",
            String.join(", ", plan.others()));
      }
      out.flush();
      if (execute && !plan.isEmpty()) {
        reset.execute(plan);
        out.println("done; the next start reads the observations from the first on");
      } else if (!plan.isEmpty()) {
        out.println(
            "nothing was deleted; add --execute to delete it. On other machines delete the"
                + " folder of the state by hand");
      }
      out.flush();
    }
    return 0;
  }
}
