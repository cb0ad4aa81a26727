package org.sidereus.streams.service;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.sidereus.streams.brokers.ClientCall;
import org.sidereus.streams.brokers.ClockSetBackException;

/**
 * A consumer of a stream whose calls are ended by {@link Consumer#wakeup} after the clock of the
 * machine was set back. Its thread then ends, and another takes its place.
 */
final class WokenConsumer implements InvocationHandler {
  private final Consumer<byte[], byte[]> consumer;

  WokenConsumer(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return ClientCall.of(consumer, method, arguments);
    } catch (WakeupException e) {
      throw new ClockSetBackException(method.getName(), e);
    }
  }
}
