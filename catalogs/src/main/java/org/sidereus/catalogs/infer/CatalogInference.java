package org.sidereus.catalogs.infer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.Progress;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.combination.Combiner;
import org.sidereus.engine.combination.GroupState;
import org.sidereus.engine.combination.GroupSummary;
import org.sidereus.engine.inference.InferenceException;
import org.sidereus.engine.inference.ObjectFlag;
import org.sidereus.engine.inference.ObjectSummary;
import org.sidereus.engine.inference.PosteriorEngine;

/**
 * Infers a catalogue: one thread reads and writes in the order of the file, others infer. A bounded
 * number of rows is in memory at any time.
 */
public final class CatalogInference {
  private static final int CHUNKS_AHEAD_PER_THREAD = 2;

  private final PosteriorEngine engine;
  private final Combiner combiner;
  private final PosteriorTable table;
  private final int threads;
  private final @Nullable ObjectTimes times;
  private final Map<String, GroupState> groups = new LinkedHashMap<>();
  private long objects;

  /**
   * An inference.
   *
   * @param times of the objects, which are then inferred one at a time; null: together
   */
  public CatalogInference(
      PosteriorEngine engine,
      Combiner combiner,
      PosteriorTable table,
      int threads,
      @Nullable ObjectTimes times) {
    this.engine = engine;
    this.combiner = combiner;
    this.table = table;
    this.threads = threads;
    this.times = times;
  }

  /** A chunk whose rows and contributions are ready to be used in the order of the file. */
  private record Inferred(
      List<CatalogObject> objects,
      List<ObjectSummary> posteriors,
      List<List<String>> rows,
      List<double @Nullable []> contributions) {}

  /**
   * Writes the posteriors of all objects.
   *
   * @param listener hears of each posterior, on this thread
   * @throws SidereusException if a row is broken or has no posterior
   */
  public void run(
      ObjectReader reader, RowOutput writer, PosteriorListener listener, Progress progress) {
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    Deque<Future<Inferred>> ahead = new ArrayDeque<>();
    try {
      for (List<CatalogObject> chunk = chunk(reader); !chunk.isEmpty(); chunk = chunk(reader)) {
        List<CatalogObject> next = chunk;
        ahead.add(workers.submit(() -> infer(next, reader)));
        if (ahead.size() > threads * CHUNKS_AHEAD_PER_THREAD) {
          finish(ahead.remove(), reader, writer, listener, progress);
        }
      }
      while (!ahead.isEmpty()) {
        finish(ahead.remove(), reader, writer, listener, progress);
      }
    } finally {
      workers.shutdownNow();
    }
    if (objects == 0) {
      throw new SidereusException(reader.nothing());
    }
  }

  /** Number of objects inferred. */
  public long objects() {
    return objects;
  }

  /** The posteriors of the groups, in the order in which the catalogue names them. */
  public Map<String, GroupSummary> groups() {
    Map<String, GroupSummary> summaries = new LinkedHashMap<>();
    groups.forEach((group, state) -> summaries.put(group, combiner.combine(state)));
    return summaries;
  }

  private List<CatalogObject> chunk(ObjectReader reader) {
    int size = times == null ? engine.batchSize() : 1;
    List<CatalogObject> chunk = new ArrayList<>(size);
    while (chunk.size() < size) {
      CatalogObject object = reader.next();
      if (object == null) {
        break;
      }
      chunk.add(object);
    }
    return chunk;
  }

  private Inferred infer(List<CatalogObject> chunk, ObjectReader reader) {
    List<ObjectSummary> posteriors = posteriors(chunk, reader);
    List<List<String>> rows = new ArrayList<>(chunk.size());
    List<double @Nullable []> contributions = new ArrayList<>(chunk.size());
    for (int i = 0; i < chunk.size(); i++) {
      CatalogObject object = chunk.get(i);
      ObjectSummary posterior = posteriors.get(i);
      rows.add(table.objectRow(object, posterior));
      try {
        contributions.add(object.group() == null ? null : combiner.contribution(posterior));
      } catch (InferenceException e) {
        throw reader.broken(object.place(), String.valueOf(e.getMessage()));
      }
    }
    return new Inferred(chunk, posteriors, rows, contributions);
  }

  private List<ObjectSummary> posteriors(List<CatalogObject> chunk, ObjectReader reader) {
    List<float[]> features = chunk.stream().map(CatalogObject::features).toList();
    BitSet inGroups = new BitSet(chunk.size());
    for (int i = 0; i < chunk.size(); i++) {
      inGroups.set(i, chunk.get(i).group() != null);
    }
    try {
      return times == null
          ? engine.infer(features, inGroups)
          : times.time(() -> engine.infer(features, inGroups));
    } catch (InferenceException e) {
      for (CatalogObject object : chunk) { // find the object that fails
        try {
          engine.infer(List.of(object.features()));
        } catch (InferenceException inner) {
          throw reader.broken(object.place(), String.valueOf(inner.getMessage()));
        }
      }
      throw e;
    }
  }

  private void finish(
      Future<Inferred> future,
      ObjectReader reader,
      RowOutput writer,
      PosteriorListener listener,
      Progress progress) {
    Inferred inferred = await(future);
    for (int i = 0; i < inferred.objects().size(); i++) {
      writer.write(inferred.rows().get(i));
      CatalogObject object = inferred.objects().get(i);
      listener.posterior(object.id(), object.group(), inferred.posteriors().get(i));
      double[] contribution = inferred.contributions().get(i);
      if (contribution != null) {
        Set<ObjectFlag> flags = combiner.leftOut(contribution);
        if (!flags.isEmpty()) {
          reader.notCombined(object, flags);
        }
        groups.merge(
            object.group(),
            GroupState.empty(combiner.length()).plus(contribution),
            (old, one) -> old.plus(contribution));
      }
    }
    objects += inferred.objects().size();
    progress.advance(inferred.objects().size());
  }

  private static Inferred await(Future<Inferred> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SidereusException("interrupted; nothing was written");
    }
  }
}
