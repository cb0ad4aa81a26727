package org.sidereus.streams.service;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of a stream whose calls may be ended by {@link Consumer#wakeup}, which Kafka Streams
 * does not expect: a poll then returns no events, and any other call has timed out.
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
      return method.invoke(consumer, arguments);
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof WakeupException)) {
        throw e.getCause();
      }
      if (method.getName().equals("poll")) {
        return ConsumerRecords.empty();
      }
      throw new TimeoutException(method.getName() + " was ended", e.getCause());
    }
  }
}
