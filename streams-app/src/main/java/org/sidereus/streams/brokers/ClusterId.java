package org.sidereus.streams.brokers;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.sidereus.engine.SidereusException;
import org.sidereus.streams.config.ServiceConfig;

/** Which Kafka cluster the brokers are. Data that follow its topics belong to it alone. */
public final class ClusterId {
  private ClusterId() {}

  /**
   * Asks the brokers.
   *
   * @throws SidereusException if none responds within {@code startup.timeout}
   */
  public static String of(Admin admin, ServiceConfig config) {
    try {
      return admin
          .describeCluster()
          .clusterId()
          .get(config.startupTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new SidereusException(
          "no broker responds at %s: %s; start it or correct bootstrap.servers"
              .formatted(config.bootstrapServers(), e),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SidereusException("interrupted while waiting for the broker", e);
    }
  }
}
