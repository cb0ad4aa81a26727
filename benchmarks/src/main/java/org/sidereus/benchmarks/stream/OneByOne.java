package org.sidereus.benchmarks.stream;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.bundle.Parameter;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.Observation;
import org.sidereus.schemas.ParameterPosterior;
import org.sidereus.schemas.Source;
import org.sidereus.streams.topology.Inference;

/** Infers each observation by itself. */
final class OneByOne implements Processor<byte[], Observation, byte[], ObjectPosterior> {
  private final Manifest manifest;
  private final Inference inference;
  private final GeneratedFeatures features;

  private ProcessorContext<byte[], ObjectPosterior> context;

  OneByOne(Manifest manifest, Inference inference) {
    this.manifest = manifest;
    this.inference = inference;
    features = new GeneratedFeatures(manifest);
  }

  @Override
  public void init(ProcessorContext<byte[], ObjectPosterior> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], Observation> record) {
    Observation observation = record.value();
    float[] row = features.row(observation);
    // Without a group there is no fit of the shared parameters.
    ObjectSummary summary = inference.infer(List.of(row), new BitSet()).get(0);
    RecordMetadata from =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("an event without topic and offset"));
    ObjectPosterior posterior =
        ObjectPosterior.newBuilder()
            .setSurvey(observation.getSurvey())
            .setObject(observation.getObject())
            .setGroup(observation.getGroup())
            .setTime(observation.getTime())
            .setRevision(observation.getRevision())
            .setBundle(manifest.name())
            .setBundleVersion(manifest.version())
            .setParameters(parameters(summary))
            .setCovariance(Arrays.stream(summary.covariance()).boxed().toList())
            .setSamples(summary.samples())
            .setSource(new Source(from.topic(), from.partition(), from.offset()))
            .build();
    context.forward(record.withValue(posterior));
  }

  private List<ParameterPosterior> parameters(ObjectSummary summary) {
    List<ParameterPosterior> all = new ArrayList<>(summary.mean().length);
    for (int i = 0; i < summary.mean().length; i++) {
      Parameter parameter = manifest.parameters().get(i);
      double[] quantiles = summary.quantiles()[i];
      all.add(
          new ParameterPosterior(
              parameter.name(),
              parameter.unit(),
              summary.mean()[i],
              summary.sd(i),
              quantiles[0],
              quantiles[1],
              quantiles[2]));
    }
    return all;
  }
}
