package org.sidereus.catalogs.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sidereus.catalogs.catalog.Reasons;
import org.sidereus.catalogs.infer.TableWriter;

/** The reasons of a run, and the file of {@code --left-out} if there is one. */
public final class ReasonsFile implements AutoCloseable {
  private final @Nullable TableWriter writer;
  private final Reasons reasons;

  /**
   * Begins the file.
   *
   * @param file null: reasons are only counted
   * @throws org.sidereus.engine.SidereusException if it cannot be made
   */
  ReasonsFile(@Nullable Path file) {
    writer = file == null ? null : new TableWriter(file, Reasons.HEADER);
    reasons = writer == null ? new Reasons() : new Reasons(writer::write);
  }

  /** Where reasons go. */
  public Reasons reasons() {
    return reasons;
  }

  /** Ends the file and gives it its name. */
  public void commit() {
    if (writer != null) {
      writer.commit();
    }
  }

  @Override
  public void close() {
    if (writer != null) {
      writer.close();
    }
  }
}
