package org.sidereus.http;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;

/**
 * The open connections of a server, and what each of them waits for. It closes those that wait too
 * long, and the one that has waited longest when there are too many. So a client that sends half a
 * request holds a connection for a while, and never a thread.
 */
final class Connections implements Connection.Listener {
  private final HttpLimits limits;
  private final LongSupplier nanoTime;
  private final Map<Connection, Client> clients = new ConcurrentHashMap<>();

  private volatile boolean isClosing;

  private enum State {
    /** A request is expected or has begun. */
    RECEIVING,
    /** A request is complete; its response is under way. */
    RESPONDING,
    /** Events are sent, for as long as both sides want. */
    STREAMING
  }

  private static final class Client {
    private State state = State.RECEIVING;
    private long sinceNs;
    private long bytesBefore;
    private boolean hasBegun = true;

    Client(long nowNs) {
      sinceNs = nowNs;
    }

    synchronized boolean isReceiving() {
      return state == State.RECEIVING;
    }

    synchronized long sinceNs() {
      return sinceNs;
    }

    synchronized void enter(State next, long bytesIn, long nowNs) {
      state = next;
      sinceNs = nowNs;
      bytesBefore = bytesIn;
      hasBegun = false;
    }

    synchronized boolean isOverdue(HttpLimits limits, long bytesIn, long nowNs) {
      if (state == State.RECEIVING && !hasBegun && bytesIn > bytesBefore) {
        hasBegun = true;
        sinceNs = nowNs;
      }
      long waitedNs = nowNs - sinceNs;
      return switch (state) {
        case RECEIVING ->
            waitedNs > (hasBegun ? limits.times().request() : limits.times().idle()).toNanos();
        case RESPONDING -> waitedNs > limits.times().response().toNanos();
        case STREAMING -> false;
      };
    }
  }

  Connections(HttpLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  @Override
  public void onOpened(Connection connection) {
    clients.put(connection, new Client(nanoTime.getAsLong()));
    if (isClosing) {
      connection.getEndPoint().close();
      return;
    }
    if (clients.size() > limits.connections()) {
      closeOldest(connection);
    }
  }

  private synchronized void closeOldest(Connection newest) {
    Connection oldest =
        clients.entrySet().stream()
            .filter(entry -> entry.getValue().isReceiving())
            .min(Comparator.comparingLong(entry -> entry.getValue().sinceNs()))
            .map(Map.Entry::getKey)
            .orElse(newest);
    // At once, since the connection itself may say only later that it is closed.
    clients.remove(oldest);
    oldest.getEndPoint().close();
  }

  @Override
  public void onClosed(Connection connection) {
    clients.remove(connection);
  }

  /** The request of a connection has arrived as a whole. */
  void responds(Connection connection) {
    enter(connection, State.RESPONDING);
  }

  /** A stream of events begins. */
  void streams(Connection connection) {
    enter(connection, State.STREAMING);
  }

  /** A response has ended; the next request may come. */
  void receives(Connection connection) {
    enter(connection, State.RECEIVING);
  }

  private void enter(Connection connection, State state) {
    Client client = clients.get(connection);
    if (client != null) {
      client.enter(state, connection.getBytesIn(), nanoTime.getAsLong());
    }
  }

  /** Closes the connections that have waited too long. Call it often. */
  void closeOverdue() {
    long nowNs = nanoTime.getAsLong();
    clients.forEach(
        (connection, client) -> {
          if (client.isOverdue(limits, connection.getBytesIn(), nowNs)) {
            connection.getEndPoint().close();
          }
        });
  }

  /** Closes the connections whose next request has not arrived as a whole; none may open anew. */
  void closeWaiting() {
    isClosing = true;
    clients.forEach(
        (connection, client) -> {
          if (client.isReceiving()) {
            connection.getEndPoint().close();
          }
        });
  }
}
