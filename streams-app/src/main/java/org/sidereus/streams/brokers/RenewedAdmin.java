package org.sidereus.streams.brokers;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's client of administration, made anew after the clock of the machine was set back. A client
 * that has lost its connection would wait until the clock has caught up before it connects again,
 * and its calls would not time out before. Safe for threads.
 */
public final class RenewedAdmin implements InvocationHandler {
  /** The client ends by itself; this is only how long a call waits for that. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(1);

  private final Supplier<Admin> clients;
  private final ClockSteps steps;
  private Admin client;

  private RenewedAdmin(Supplier<Admin> clients, MachineClock clock) {
    this.clients = clients;
    this.steps = new ClockSteps(clock);
    this.client = clients.get();
  }

  /**
   * A client.
   *
   * @param settings of Kafka
   * @param clock the clocks of the machine
   */
  public static Admin of(Map<String, Object> settings, MachineClock clock) {
    return of(() -> Admin.create(settings), clock);
  }

  static Admin of(Supplier<Admin> clients, MachineClock clock) {
    return (Admin)
        Proxy.newProxyInstance(
            Admin.class.getClassLoader(),
            new Class<?>[] {Admin.class},
            new RenewedAdmin(clients, clock));
  }

  private synchronized Admin client() {
    if (steps.next().isNegative()) {
      Admin old = client;
      client = clients.get();
      old.close(CLOSE_TIMEOUT);
    }
    return client;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
      throws Throwable {
    return ClientCall.of(client(), method, arguments);
  }
}
