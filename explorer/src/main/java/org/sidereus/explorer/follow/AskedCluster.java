package org.sidereus.explorer.follow;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** Asks the brokers which Kafka cluster they are, and does not wait long. */
public final class AskedCluster implements TopicFollower.Cluster {
  private static final long TIMEOUT_S = 2;

  private final Admin admin;

  public AskedCluster(Admin admin) {
    this.admin = admin;
  }

  @Override
  public @Nullable String id() throws InterruptedException {
    try {
      return admin.describeCluster().clusterId().get(TIMEOUT_S, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // the notice about the broker says why
      return null;
    }
  }
}
