package org.sidereus.streams.brokers;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** A call of a client of Kafka by something that stands before it. */
public final class ClientCall {
  private ClientCall() {}

  /**
   * Calls the client.
   *
   * @return what it returns
   * @throws Throwable what it throws
   */
  public static @Nullable Object of(Object client, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
