package org.sidereus.streams.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sidereus.streams.config.ServiceConfig;
import picocli.CommandLine.Option;

/** Options that give a command its configuration. */
public final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration (properties file; keys in docs/reference/configuration.md).")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key of the configuration; has precedence over file and environment.")
  private Map<String, String> keys = new LinkedHashMap<>();

  /** The configuration by file, environment and options. */
  public ServiceConfig load() {
    return ServiceConfig.load(file, System.getenv(), keys);
  }
}
