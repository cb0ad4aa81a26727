package org.sidereus.streams.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sidereus.streams.config.ServiceConfig;
import picocli.CommandLine.Option;

/** Options that say which configuration a command goes by. */
final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration (properties file; keys in docs/configuration.md).")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key of the configuration; goes before file and environment.")
  private Map<String, String> keys = new LinkedHashMap<>();

  ServiceConfig load() {
    return ServiceConfig.load(file, System.getenv(), keys);
  }
}
