package org.sidereus.streams.results;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.Reasons;
import org.sidereus.catalogs.report.CatalogReport;
import org.sidereus.catalogs.report.ReportFolder;
import org.sidereus.engine.bundle.BundleIdentity;
import org.sidereus.engine.bundle.Manifest;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.schemas.GroupPosterior;
import org.sidereus.schemas.ObjectPosterior;
import org.sidereus.schemas.PosteriorSamples;
import org.sidereus.schemas.Rejection;
import org.sidereus.schemas.registry.SerdeFactory;
import org.sidereus.streams.config.ServiceConfig;

/**
 * The report of what a stream has published for one version of a bundle: the latest posterior of
 * each object, the posteriors of groups for all time, and rejections. It reads committed records
 * only, up to the end that the topics have when it begins. It keeps some hundred bytes of each
 * object, and the whole posterior of those that may be plotted. For one thread.
 */
public final class StreamReport {
  private static final String WITHDRAWN = "WITHDRAWN";

  /** Objects that are plotted unasked are the first ones and flagged ones. */
  private static final int FIRST = 3;

  private static final int MOST_FLAGGED = 1000;

  private final ServiceConfig config;
  private final SerdeFactory serdes;
  private final Manifest manifest;
  private final Set<String> wanted;
  private final Map<Key, Latest> objects = new LinkedHashMap<>();
  private final Map<String, GroupSummary> groups = new LinkedHashMap<>();
  private final Reasons rejections = new Reasons();
  private final List<String> notes = new ArrayList<>();
  private int flaggedKept;

  /** An object; two surveys may have objects of the same name. */
  private record Key(String survey, String object) {}

  /** The latest posterior of an object; without parameters where it is not plotted. */
  private record Latest(@Nullable String group, ObjectSummary summary) {}

  /**
   * A report that is still empty.
   *
   * @param wanted identifiers of the objects to plot; empty: the first ones and flagged ones
   */
  public StreamReport(
      ServiceConfig config, SerdeFactory serdes, Manifest manifest, Collection<String> wanted) {
    this.config = config;
    this.serdes = serdes;
    this.manifest = manifest;
    this.wanted = Set.copyOf(wanted);
  }

  /**
   * Reads the topics and writes the report.
   *
   * @return number of objects with a posterior
   */
  public int write(ReportFolder folder, BundleIdentity identity) {
    readObjects();
    readGroups();
    readRejections();
    readSamples();
    Set<String> withoutSamples = new HashSet<>();
    objects.forEach(
        (key, one) -> {
          if (wanted.contains(key.object()) && one.summary().kept() == null) {
            withoutSamples.add(key.object());
          }
        });
    withoutSamples.forEach(one -> notes.add("Of the object " + one + " there are no samples."));
    List<String> plots = wanted.stream().filter(one -> !withoutSamples.contains(one)).toList();
    CatalogReport report = new CatalogReport(plots);
    objects.forEach((key, one) -> report.posterior(key.object(), one.group(), one.summary()));
    folder.write(
        config.topics().objectPosteriors() + " at " + config.bootstrapServers(),
        manifest,
        identity,
        report,
        groups,
        rejections,
        notes);
    return objects.size();
  }

  private boolean isOfTheBundle(String bundle, String version) {
    return bundle.equals(manifest.name()) && version.equals(manifest.version());
  }

  private void readObjects() {
    try (TopicReader<ObjectPosterior> reader =
        new TopicReader<>(
            config,
            config.topics().objectPosteriors(),
            serdes.valueSerde(ObjectPosterior.class).deserializer(),
            true)) {
      reader.readUntilEnd(
          (key, posterior) -> {
            if (posterior == null) {
              String object = key == null ? "" : new String(key, StandardCharsets.UTF_8);
              objects.keySet().removeIf(one -> one.object().equals(object));
            } else if (isOfTheBundle(posterior.getBundle(), posterior.getBundleVersion())) {
              take(posterior);
            }
          });
    }
  }

  private void take(ObjectPosterior posterior) {
    Key key = new Key(posterior.getSurvey(), posterior.getObject());
    if (posterior.getFlags().contains(WITHDRAWN)) {
      objects.remove(key);
      return;
    }
    ObjectSummary summary = PublishedSummaries.of(posterior);
    boolean plotted =
        wanted.isEmpty()
            ? objects.size() < FIRST || (!summary.flags().isEmpty() && flaggedKept++ < MOST_FLAGGED)
            : wanted.contains(key.object());
    Latest before = objects.get(key);
    boolean first = before != null && before.summary().mean().length > 0;
    objects.put(
        key,
        new Latest(
            posterior.getGroup(),
            plotted || first ? summary : PublishedSummaries.counted(summary)));
  }

  private void readGroups() {
    Map<String, GroupPosterior> latest = new LinkedHashMap<>();
    try (TopicReader<GroupPosterior> reader =
        new TopicReader<>(
            config,
            config.topics().groupPosteriors(),
            serdes.valueSerde(GroupPosterior.class).deserializer(),
            true)) {
      reader.readUntilEnd(
          (key, posterior) -> {
            String name = key == null ? "" : new String(key, StandardCharsets.UTF_8);
            if (posterior == null) {
              latest.remove(name);
            } else if (posterior.getWindowStart() == null
                && isOfTheBundle(posterior.getBundle(), posterior.getBundleVersion())) {
              latest.put(name, posterior);
            }
          });
    }
    for (GroupPosterior one : latest.values()) {
      PublishedSummaries.of(one, manifest)
          .ifPresentOrElse(
              summary -> groups.put(one.getGroup(), summary),
              () ->
                  notes.add(
                      "The posterior of the group %s is of an older version and has no densities."
                          .formatted(one.getGroup())));
    }
  }

  private void readRejections() {
    try (TopicReader<Rejection> reader =
        new TopicReader<>(
            config,
            config.topics().rejections(),
            serdes.valueSerde(Rejection.class).deserializer(),
            true)) {
      reader.readUntilEnd(
          (key, one) -> {
            if (one != null) {
              String reason = "rejected as " + one.getReason();
              rejections.addLeftOut("", String.valueOf(one.getObject()), reason, one.getDetail());
            }
          });
    }
  }

  private void readSamples() {
    if (config.samplesTopic().isEmpty()) {
      notes.add("The stream publishes no samples (topic.samples), so no object is plotted.");
      return;
    }
    try (TopicReader<PosteriorSamples> reader =
        new TopicReader<>(
            config,
            config.samplesTopic().get(),
            serdes.valueSerde(PosteriorSamples.class).deserializer(),
            true)) {
      reader.readUntilEnd(
          (key, samples) -> {
            if (samples != null && isOfTheBundle(samples.getBundle(), samples.getBundleVersion())) {
              objects.computeIfPresent(
                  new Key(samples.getSurvey(), samples.getObject()),
                  (object, one) ->
                      one.summary().mean().length == 0 ? one : withSamples(one, samples));
            }
          });
    }
  }

  private static Latest withSamples(Latest one, PosteriorSamples samples) {
    return new Latest(one.group(), PublishedSummaries.with(one.summary(), samples));
  }
}
