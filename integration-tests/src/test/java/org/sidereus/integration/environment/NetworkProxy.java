package org.sidereus.integration.environment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A proxy in front of a TCP server. While it is shut, it refuses new connections and cuts open
 * ones, as if the server were down; the server itself keeps its data.
 */
public final class NetworkProxy implements AutoCloseable {
  private final URI target;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private ServerSocket listener;

  private NetworkProxy(URI target, ServerSocket listener) {
    this.target = target;
    this.listener = listener;
    this.port = listener.getLocalPort();
  }

  /**
   * Starts a proxy that accepts connections, on a free port of 127.0.0.1.
   *
   * @param url address of the server, with its port
   */
  public static NetworkProxy before(String url) {
    try {
      NetworkProxy proxy = new NetworkProxy(URI.create(url), new ServerSocket(0, 50, loopback()));
      proxy.listen();
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Address of the server through the proxy. */
  public String url() {
    return "http://127.0.0.1:" + port + target.getPath();
  }

  /** Refuses connections and cuts the open ones. */
  public synchronized void shut() {
    closeQuietly(listener);
    sockets.forEach(NetworkProxy::closeQuietly);
    sockets.clear();
  }

  /** Accepts connections again, on the same port. */
  public synchronized void open() {
    if (listener.isClosed()) {
      try {
        listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(loopback(), port), 50);
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
    ServerSocket listening = listener;
    inBackground(
        () -> {
          while (!listening.isClosed()) {
            connect(listening);
          }
        });
  }

  private void connect(ServerSocket listening) {
    try {
      Socket client = listening.accept();
      Socket server = new Socket(target.getHost(), target.getPort());
      sockets.add(client);
      sockets.add(server);
      if (listening.isClosed()) { // it was shut since
        closeQuietly(client);
        closeQuietly(server);
      }
      inBackground(() -> pump(client, server));
      inBackground(() -> pump(server, client));
    } catch (IOException e) {
      // the loop sees whether the listener is closed
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
    Thread thread = new Thread(task, "proxy");
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
