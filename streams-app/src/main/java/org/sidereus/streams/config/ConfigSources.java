package org.sidereus.streams.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/** Where the values of keys come from: a file, the environment, the command line. */
final class ConfigSources {
  private ConfigSources() {}

  /**
   * The values by key; later sources win.
   *
   * @param file properties file; null: none
   * @param environment variables, of which those that begin with {@code SIDEREUS_} are read
   * @param commandLine keys given on the command line
   * @throws SidereusException if the file cannot be read
   */
  static Map<String, String> values(
      @Nullable Path file, Map<String, String> environment, Map<String, String> commandLine) {
    Map<String, String> values = new TreeMap<>();
    if (file != null) {
      values.putAll(read(file));
    }
    values.putAll(Environment.keys(environment, ConfigBinder.knownKeys()));
    values.putAll(commandLine);
    return values;
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(in);
    } catch (IOException e) {
      throw unreadable(file, SidereusException.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw unreadable(file, String.valueOf(e.getMessage()), e);
    }
    Map<String, String> values = new TreeMap<>();
    properties.stringPropertyNames().forEach(k -> values.put(k, properties.getProperty(k)));
    return values;
  }

  private static SidereusException unreadable(Path file, String why, Exception e) {
    return new SidereusException(
        "the configuration %s cannot be read (%s); give a properties file with lines 'key=value'"
            .formatted(file, why),
        e);
  }
}
