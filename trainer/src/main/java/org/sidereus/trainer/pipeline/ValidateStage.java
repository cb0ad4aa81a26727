package org.sidereus.trainer.pipeline;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.inference.Device;
import org.sidereus.validation.BundleValidation;
import org.sidereus.validation.ReportFiles;
import org.sidereus.validation.ValidationCounts;
import org.sidereus.validation.ValidationReport;
import org.sidereus.validation.ValidationSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Validates the bundle on fresh simulator runs and puts the report into it. A bundle that fails is
 * kept and says so in its manifest: the report is needed to see why.
 */
final class ValidateStage implements StageWork {
  private static final Logger LOG = LoggerFactory.getLogger(ValidateStage.class);
  private static final ValidationCounts COUNTS =
      new ValidationCounts(5_000, 50, List.of(1, 10, 100), 1, 6_000);

  private final StageContext context;
  private final BundleTarget target;

  ValidateStage(StageContext context, BundleTarget target) {
    this.context = context;
    this.target = target;
  }

  @Override
  public Map<String, Object> run() {
    ValidationSettings settings =
        ValidationSettings.of(COUNTS, context.plan().seed(), context.machine().simulatorThreads())
            .withDevice(Device.CPU);
    ValidationReport report =
        new BundleValidation(Bundle.load(target.folder()), Optional.of(context.model()), settings)
            .run(context.machine().reporter());
    report.checks().forEach(check -> LOG.info("validate: {}", check));
    if (!report.passed()) {
      LOG.warn("validate: the bundle fails: {}", report.failures());
    }
    new ReportFiles(report).attach(target.folder());
    return report.summary();
  }
}
