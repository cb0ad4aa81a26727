package org.sidereus.integration.environment;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** The log lines of one class of the program, of this process, from level INFO on. */
public final class LogCapture implements AutoCloseable {
  private final Logger logger;
  private final Level before;
  private final ListAppender<ILoggingEvent> lines =
      new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
          // keeps the fields of the thread, which has others later
          event.prepareForDeferredProcessing();
          super.append(event);
        }
      };

  private LogCapture(String name) {
    logger = (Logger) LoggerFactory.getLogger(name);
    before = logger.getLevel();
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
  }

  /** Captures the lines of a logger until it is closed. */
  public static LogCapture of(String name) {
    return new LogCapture(name);
  }

  /** The messages of a level so far. */
  public List<String> of(Level level) {
    return List.copyOf(lines.list).stream()
        .filter(one -> one.getLevel().equals(level))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  /** The fields of the lines of a level so far, such as the offset of the record. */
  public List<Map<String, String>> fieldsOf(Level level) {
    return List.copyOf(lines.list).stream()
        .filter(one -> one.getLevel().equals(level))
        .map(ILoggingEvent::getMDCPropertyMap)
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(lines);
    logger.setLevel(before);
    logger.setAdditive(true);
  }
}
