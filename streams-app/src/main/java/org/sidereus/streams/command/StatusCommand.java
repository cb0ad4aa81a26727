package org.sidereus.streams.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;
import org.sidereus.http.HttpServer;
import org.sidereus.streams.config.ServiceConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidereus status}: what an operator asks first. */
@Command(
    description = {
      "Asks one running instance, at http.host and http.port of the configuration or at --url: is"
          + " it ready, do the brokers respond, how far is it, what is rejected, how fast is it."
          + " Exit code 1: it is not ready, or does not respond.",
      ""
    },
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Address of the instance, such as http://127.0.0.1:8080.")
  private @Nullable String url;

  @Option(names = "--json", description = "One JSON object instead of lines.")
  private boolean json;

  @Spec private CommandSpec spec;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();

  @Override
  public Integer call() throws InterruptedException {
    String root = url == null ? root(options.load()) : url.replaceAll("/+$", "");
    HttpResponse<String> ready = get(root, "/ready");
    boolean isReady = ready.statusCode() == 200;
    InstanceStatus status = status(root);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode node = JsonNodeFactory.instance.objectNode().put("url", root);
      node.put("ready", isReady);
      node.put("why_not_ready", isReady ? null : ready.body().strip());
      node.setAll(status.json());
      out.println(node);
    } else {
      out.println(root + ": " + (isReady ? "ready" : "NOT ready: " + ready.body().strip()));
      status.lines().forEach(out::println);
    }
    out.flush();
    return isReady ? 0 : 1;
  }

  private InstanceStatus status(String root) throws InterruptedException {
    HttpResponse<String> page = get(root, "/metrics");
    InstanceStatus status = new InstanceStatus(page.body());
    if (page.statusCode() != 200 || !status.isOfService()) {
      throw new SidereusException(
          "what responds at %s is no instance of the service (/metrics: status %d, without"
                  .formatted(root, page.statusCode())
              + " sidereus_running); give the address of an instance by --url, or its http.port"
              + " by --config");
    }
    return status;
  }

  private static String root(ServiceConfig config) {
    return "http://" + HttpServer.authority(config.http().host(), config.http().port());
  }

  private HttpResponse<String> get(String root, String path) throws InterruptedException {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create(root + path)).timeout(PATIENCE).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new SidereusException(
          "no instance responds at %s: %s; start it, or give its address by --url"
              .formatted(root, SidereusException.reason(e)),
          e);
    } catch (IllegalArgumentException e) {
      throw new SidereusException(
          "'%s' is no address: %s; give one such as http://127.0.0.1:8080"
              .formatted(root, e.getMessage()),
          e);
    }
  }
}
