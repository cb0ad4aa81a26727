package org.sidereus.trainer.pipeline;

import java.util.Map;
import java.util.Optional;
import org.sidereus.engine.bundle.Bundle;
import org.sidereus.engine.inference.Device;
import org.sidereus.trainer.recipe.ValidateSettings;
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

  private final StageContext context;
  private final BundleTarget target;

  ValidateStage(StageContext context, BundleTarget target) {
    this.context = context;
    this.target = target;
  }

  @Override
  public Map<String, Object> run() {
    ValidateSettings asked = context.recipe().validate();
    ValidationSettings settings =
        ValidationSettings.of(
                new ValidationCounts(
                    asked.objects(),
                    asked.groups(),
                    asked.groupSizes(),
                    asked.chains(),
                    asked.longestChain()),
                asked.seed(),
                context.machine().simulatorThreads())
            .withDevice(Device.CPU);
    Bundle bundle = Bundle.load(target.folder());
    BundleValidation validation =
        context.table().isPresent()
            ? BundleValidation.ofHeldOut(
                bundle,
                context.set(context.work().heldOut()),
                asked.asTrained() || !context.table().get().hasNoiselessRows()
                    ? context.observation()
                    : null,
                settings)
            : asked.asTrained()
                ? new BundleValidation(bundle, context.model(), context.observation(), settings)
                : new BundleValidation(bundle, Optional.of(context.model()), settings);
    ValidationReport report = validation.run(context.machine().reporter());
    report.checks().forEach(check -> LOG.info("validate: {}", check));
    if (!report.passed()) {
      LOG.warn("validate: the bundle fails: {}", report.failures());
    }
    new ReportFiles(report).attach(target.folder());
    return report.summary();
  }
}
