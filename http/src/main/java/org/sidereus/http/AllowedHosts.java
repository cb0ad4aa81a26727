package org.sidereus.http;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names by which a server may be asked. A foreign page cannot make its own name mean this
 * machine (DNS rebinding) and read what the server has, because the browser then sends that name.
 *
 * <p>{@code localhost}, names below it, and addresses in digits are always allowed: no name server
 * decides what they mean.
 */
public final class AllowedHosts {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern PORT = Pattern.compile(":\\d*$");
  private static final String ALL = "*";

  private final Set<String> names;

  private AllowedHosts(Set<String> names) {
    this.names = names;
  }

  /** Names in addition to those that are always allowed; {@code *} allows all. */
  public static AllowedHosts of(Collection<String> names) {
    return new AllowedHosts(names.stream().map(AllowedHosts::plain).collect(Collectors.toSet()));
  }

  /**
   * Whether a request may name this host.
   *
   * @param authority the header {@code Host}, with or without a port; null or empty: none, as no
   *     browser sends it
   */
  public boolean allows(@Nullable String authority) {
    if (authority == null || authority.isBlank() || names.contains(ALL)) {
      return true;
    }
    String host = plain(PORT.matcher(authority).replaceFirst(""));
    return host.startsWith("[")
        || IPV4.matcher(host).matches()
        || host.equals("localhost")
        || host.endsWith(".localhost")
        || names.contains(host);
  }

  private static String plain(String name) {
    String lower = name.strip().toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
