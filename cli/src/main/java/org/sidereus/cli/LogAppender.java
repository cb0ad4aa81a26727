package org.sidereus.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes the log to the standard error by a {@link LogStream}, so that the program does not stand
 * still if nothing reads it.
 */
public final class LogAppender extends OutputStreamAppender<ILoggingEvent> {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int MOST_KEPT = 1_000;

  private @Nullable LogStream stream;

  @Override
  public void start() {
    stream = new LogStream(() -> System.err, PATIENCE, MOST_KEPT);
    setOutputStream(stream);
    super.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    long lost = stream == null ? 0 : stream.takeLost();
    if (lost > 0) {
      super.append(lostLines(lost));
    }
    super.append(event);
  }

  private ILoggingEvent lostLines(long lost) {
    LoggerContext loggers = (LoggerContext) getContext();
    return new LoggingEvent(
        LogAppender.class.getName(),
        loggers.getLogger(LogAppender.class),
        Level.WARN,
        "{} lines of the log are lost, since nothing has read the standard error for a while",
        null,
        new Object[] {lost});
  }
}
