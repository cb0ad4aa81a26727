package org.sidereus.cli;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import org.sidereus.engine.Printable;

/** The stack trace of a log line. Control characters in the messages are escaped. */
public final class PrintableThrowable extends ThrowableProxyConverter {

  @Override
  public String convert(ILoggingEvent event) {
    return Printable.lines(super.convert(event));
  }
}
