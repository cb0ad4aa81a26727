package org.sidereus.explorer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.explorer.api.ApiException;
import org.sidereus.explorer.api.ExplorerApi;
import org.sidereus.explorer.follow.ChangeFeed;
import org.sidereus.http.HttpHandler;
import org.sidereus.http.HttpRequest;
import org.sidereus.http.HttpResponse;

/** Pages, their scripts, the JSON API and the events of changes. */
final class ExplorerPages implements HttpHandler {
  private static final String JSON = "application/json; charset=utf-8";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "json", JSON,
          "svg", "image/svg+xml");

  /** Addresses of pages and their files. */
  private static final Map<String, String> PAGES =
      Map.ofEntries(
          Map.entry("/", "index.html"),
          Map.entry("/group", "group.html"),
          Map.entry("/object", "object.html"),
          Map.entry("/rejections", "rejections.html"),
          Map.entry("/stream", "stream.html"),
          Map.entry("/style.css", "style.css"),
          Map.entry("/common.js", "common.js"),
          Map.entry("/figures.js", "figures.js"),
          Map.entry("/index.js", "index.js"),
          Map.entry("/group.js", "group.js"),
          Map.entry("/object.js", "object.js"),
          Map.entry("/rejections.js", "rejections.js"),
          Map.entry("/stream.js", "stream.js"),
          Map.entry("/favicon.svg", "favicon.svg"),
          Map.entry("/api/openapi.json", "openapi.json"));

  private static final String PLOTS = "/echarts.js";
  private static final String PLOTS_FILE = "web/echarts.esm.min.js";

  /** Scripts and pictures come from here only, so a name in a record cannot run anything. */
  private static final String POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
          + " frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

  private final ExplorerApi api;
  private final ChangeFeed feed;
  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  ExplorerPages(ExplorerApi api, ChangeFeed feed) {
    this.api = api;
    this.feed = feed;
  }

  @Override
  public HttpResponse handle(HttpRequest request) {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return error(405, request.method() + " is not allowed; use GET").with("Allow", "GET, HEAD");
    }
    String path = request.path();
    if (path.equals("/api/events")) {
      return HttpResponse.events(feed::add);
    }
    if (path.equals(PLOTS)) {
      return file(PLOTS_FILE, "js").with("Cache-Control", "max-age=86400");
    }
    String page = PAGES.get(path);
    if (page != null) {
      return file("web/" + page, page.substring(page.lastIndexOf('.') + 1))
          .with("Content-Security-Policy", POLICY)
          .with("Referrer-Policy", "no-referrer");
    }
    return json(path, request.query());
  }

  private HttpResponse.Whole json(String path, @Nullable String query) {
    try {
      return HttpResponse.bytes(200, JSON, mapper.writeValueAsBytes(api.get(path, query)));
    } catch (ApiException e) {
      return error(e.status(), String.valueOf(e.getMessage()));
    } catch (KafkaException | SidereusException e) {
      return error(503, String.valueOf(e.getMessage()));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public HttpResponse.Whole refuse(int status, String sentence) {
    return error(status, sentence);
  }

  private HttpResponse.Whole error(int status, String sentence) {
    return HttpResponse.text(
        status, JSON, mapper.createObjectNode().put("error", sentence).toString() + "\n");
  }

  private HttpResponse.Whole file(String name, String ending) {
    return HttpResponse.bytes(
        200,
        Objects.requireNonNull(TYPES.get(ending), ending),
        files.computeIfAbsent(name, ExplorerPages::read));
  }

  private static byte[] read(String name) {
    try (InputStream in = ExplorerPages.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("this build has no " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
