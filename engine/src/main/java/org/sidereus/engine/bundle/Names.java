package org.sidereus.engine.bundle;

import java.util.regex.Pattern;

/** The rule for names in a manifest: they become columns, keys and file names. */
final class Names {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}");

  private Names() {}

  static void check(String what, String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the "
              + what
              + " name '"
              + name
              + "' must have 1 to 64 letters, digits or _ . + - and begin with a letter or digit");
    }
  }
}
