package org.sidereus.cli;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.nio.charset.StandardCharsets;
import org.sidereus.engine.Printable;

/**
 * A log line as one JSON object. Control characters are escaped as in {@link PrintableMessage};
 * Logback's encoder leaves those above ASCII. The escapes are those of JSON.
 */
public final class PrintableJson extends JsonEncoder {

  @Override
  public byte[] encode(ILoggingEvent event) {
    String line = new String(super.encode(event), StandardCharsets.UTF_8);
    return Printable.lines(line).getBytes(StandardCharsets.UTF_8);
  }
}
