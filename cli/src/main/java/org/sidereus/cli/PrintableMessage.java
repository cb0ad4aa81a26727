package org.sidereus.cli;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.Printable;
import org.slf4j.helpers.MessageFormatter;

/**
 * The message of a log line. Control characters in it are escaped, and in its arguments line ends
 * too, so that no name makes a line of its own.
 */
public final class PrintableMessage extends ClassicConverter {

  @Override
  public String convert(ILoggingEvent event) {
    Object[] arguments = event.getArgumentArray();
    if (arguments == null) {
      return Printable.lines(event.getFormattedMessage());
    }
    Object[] escaped = Arrays.stream(arguments).map(PrintableMessage::escaped).toArray();
    return Printable.lines(
        String.valueOf(MessageFormatter.arrayFormat(event.getMessage(), escaped).getMessage()));
  }

  private static @Nullable Object escaped(@Nullable Object argument) {
    return argument == null || argument instanceof Number || argument.getClass().isArray()
        ? argument
        : Printable.of(argument.toString());
  }
}
