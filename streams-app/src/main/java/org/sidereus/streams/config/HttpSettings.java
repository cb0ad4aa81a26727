package org.sidereus.streams.config;

import java.util.List;
import java.util.Optional;
import org.sidereus.engine.SidereusException;
import org.sidereus.http.HttpServer;

/** Where the HTTP endpoints listen, and under which names. Immutable once bound. */
public final class HttpSettings {
  @Setting(key = "http.host", doc = "Address at which the HTTP endpoints listen.")
  private String host = "127.0.0.1";

  @Setting(
      key = "http.port",
      doc = "Port of the HTTP endpoints; 0: any free one.",
      min = 0,
      max = 65535)
  private int port = 8080;

  @Setting(
      key = "application.server",
      doc =
          "Address host:port at which other instances and their users reach the HTTP endpoints of"
              + " this instance; empty: http.host and http.port.")
  private String applicationServer = "";

  @Setting(
      key = "http.hosts",
      doc =
          "Names by which clients may ask the HTTP endpoints, besides http.host, localhost and"
              + " addresses in digits, such as the name of a service in a cluster; *: any.")
  private List<String> names = List.of();

  HttpSettings() {}

  /** Address at which the endpoints listen. */
  public String host() {
    return host;
  }

  /** Port of the endpoints; 0: any free one. */
  public int port() {
    return port;
  }

  /** Address {@code host:port} of the HTTP endpoints for others; empty: it is not known. */
  public Optional<String> applicationServer() {
    if (!applicationServer.isEmpty()) {
      return Optional.of(applicationServer);
    }
    if (port == 0) {
      return Optional.empty();
    }
    return Optional.of(HttpServer.authority(host, port));
  }

  /** Names that a client may put in the header {@code Host}, besides those always allowed. */
  public List<String> names() {
    return names;
  }

  void validate() {
    if (!applicationServer.isEmpty() && !applicationServer.matches(".+:\\d{1,5}")) {
      throw new SidereusException(
          "application.server: '%s' is not host:port".formatted(applicationServer));
    }
  }
}
