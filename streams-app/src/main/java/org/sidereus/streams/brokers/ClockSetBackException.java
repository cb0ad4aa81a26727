package org.sidereus.streams.brokers;

import org.apache.kafka.common.KafkaException;

/** The clock of the machine was set back: the client that throws this is of no use any more. */
public final class ClockSetBackException extends KafkaException {
  private static final long serialVersionUID = 1L;

  /**
   * The end of a call.
   *
   * @param call its name
   */
  public ClockSetBackException(String call, Throwable cause) {
    super(call + " was ended, since the clock of the machine was set back", cause);
  }
}
