package org.sidereus.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

  @Test
  void shouldEscapeWhatMovesTheCursorOrMakesALine() {
    assertThat(Printable.of("M 31\u001b[2J")).isEqualTo("M 31\\u001b[2J");
    assertThat(Printable.of("a\nsidereus: ready\r\t"))
        .isEqualTo("a\\u000asidereus: ready\\u000d\\u0009");
    // the C1 controls, of which 9b begins a sequence as escape and bracket do
    assertThat(Printable.of("\u009b31m\u0085\u007f\u0000"))
        .isEqualTo("\\u009b31m\\u0085\\u007f\\u0000");
    assertThat(Printable.of("\u202eabc\u2069\u2028\u2029"))
        .isEqualTo("\\u202eabc\\u2069\\u2028\\u2029");
  }

  @Test
  void shouldKeepNamesOfAllLanguages() {
    for (String name :
        new String[] {"", "milky-way", "α Cen \"B\" \\", "銀河", "👩‍🚀", "क्‍ष", "عين"}) {
      assertThat(Printable.of(name)).isSameAs(name);
      assertThat(Printable.lines(name)).isSameAs(name);
    }
  }

  @Test
  void shouldKeepLinesWhereTheyAreMeant() {
    assertThat(Printable.lines("a\n\tb\r\nc\rd\u001b\n")).isEqualTo("a\n\tb\r\nc\\u000dd\\u001b\n");
  }
}
