package org.sidereus.benchmarks.engine;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.sidereus.benchmarks.BundleOption;
import org.sidereus.cli.KernelsOption;
import org.sidereus.engine.bundle.Bundle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Errors of posterior moments by the number of samples. */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example: sidereus bench samples --bundle gce-tng"})
final class SampleStudyCommand implements Runnable {

  @Mixin private BundleOption bundle;

  @Option(
      names = "--objects",
      defaultValue = "300",
      paramLabel = "N",
      description = "Mock observations (default: 300).")
  private int objects;

  @Option(
      names = "--samples",
      split = ",",
      defaultValue = "128,256,512,1024,2048,4096",
      paramLabel = "N,...",
      description = "Numbers of samples, even (default: 128,256,512,1024,2048,4096).")
  private List<Integer> samples;

  @Option(
      names = "--reference",
      defaultValue = "32768",
      paramLabel = "N",
      description = "Number of samples whose moments count as exact (default: 32768).")
  private int reference;

  @Mixin private KernelsOption kernels;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (objects < 1 || reference < 2 || reference % 2 != 0) {
      throw new ParameterException(
          spec.commandLine(), "--objects must be at least 1 and --reference even and at least 2");
    }
    if (samples.stream().anyMatch(one -> one < 2 || one % 2 != 0)) {
      throw new ParameterException(spec.commandLine(), "--samples must be even and at least 2");
    }
    Bundle measured = bundle.load();
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s, %d mock objects, errors in units of each posterior's sd, against %d samples:%n"
            + "samples     mean       sd  16+84 %%   common  corrected%n",
        measured.manifest().name(),
        objects,
        reference);
    SampleStudy study = new SampleStudy(measured, objects, kernels.kernels());
    for (SampleStudy.Errors one : study.errors(samples, reference)) {
      out.printf(
          Locale.ROOT,
          "%7d  %7.4f  %7.4f  %7.4f  %7.5f  %8.1f %%%n",
          one.samples(),
          one.mean(),
          one.sd(),
          one.quantiles(),
          one.common(),
          100 * one.corrected());
    }
    out.flush();
  }
}
