package org.sidereus.integration.plant;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A proxy in front of a TCP server. While it is closed, it refuses new connections and cuts open
 * ones, as if the server were down; the server itself keeps its data.
 */
public final class Gate implements AutoCloseable {
  private final URI target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private ServerSocket door;

  private Gate(URI target, ServerSocket door) {
    this.target = target;
    this.door = door;
    this.port = door.getLocalPort();
  }

  /**
   * An open gate on a free port of 127.0.0.1.
   *
   * @param url address of the server, with its port
   */
  public static Gate before(String url) {
    try {
      Gate gate = new Gate(URI.create(url), new ServerSocket(0, 50, loopback()));
      gate.listen();
      return gate;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Address of the server through the gate. */
  public String url() {
    return "http://127.0.0.1:" + port + target.getPath();
  }

  /** Shuts the gate. */
  public synchronized void shut() {
    closeQuietly(door);
    sockets.forEach(Gate::closeQuietly);
    sockets.clear();
  }

  /** Opens the gate again on its port. */
  public synchronized void open() {
    if (door.isClosed()) {
      try {
        door = new ServerSocket();
        door.setReuseAddress(true);
        door.bind(new java.net.InetSocketAddress(loopback(), port), 50);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      listen();
    }
  }

  @Override
  public void close() {
    shut();
  }

  private void listen() {
    ServerSocket listening = door;
    inBackground(
        () -> {
          while (!listening.isClosed()) {
            connect(listening);
          }
        });
  }

  private void connect(ServerSocket listening) {
    try {
      Socket guest = listening.accept();
      Socket server = new Socket(target.getHost(), target.getPort());
      sockets.add(guest);
      sockets.add(server);
      if (listening.isClosed()) { // shut meanwhile
        closeQuietly(guest);
        closeQuietly(server);
      }
      inBackground(() -> pump(guest, server));
      inBackground(() -> pump(server, guest));
    } catch (IOException e) {
      // the loop sees whether the door is closed
    }
  }

  private void pump(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] chunk = new byte[8192];
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        out.write(chunk, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      // one side is gone, so the other goes too
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByName("127.0.0.1");
  }

  private static void inBackground(Runnable task) {
    Thread thread = new Thread(task, "gate");
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      // it is closed either way
    }
  }
}
