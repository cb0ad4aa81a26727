package org.sidereus.streams.brokers;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** A call that a proxy passes on to the object that it stands for. */
public final class ClientCall {
  private ClientCall() {}

  /**
   * Calls the object.
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
