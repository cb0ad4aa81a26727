package org.sidereus.catalogs.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidereus.catalogs.table.Cell;
import org.sidereus.catalogs.table.TableRow;

class ConditionTest {
  private static final Sentinels SENTINELS =
      new Sentinels(
          new Sentinels.Values(Set.of(), Set.of(-9999.0), Set.of()),
          Map.of(),
          LimitRule.UNDECLARED,
          true);

  /** Cells of one row. */
  private record Row(Map<String, Cell> cells) implements TableRow {
    @Override
    public Cell value(String column) {
      return cells.get(column);
    }

    @Override
    public String place() {
      return "row 1";
    }
  }

  private static final Row ROW =
      new Row(
          Map.of(
              "snr", Cell.Text.of("51.5"),
              "class", Cell.Text.of("STAR"),
              "empty", Cell.MISSING,
              "bad", Cell.Text.of("-9999"),
              "flag", Cell.Whole.of(12),
              "id", Cell.Whole.of(1237648720693755919L),
              "ok", new Cell.Truth(true),
              "word", Cell.Text.of("True"),
              "E(B-V)", Cell.Floating.of(0.02f),
              "plx", Cell.Text.of("2")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "snr > 50 | true",
        "snr>=51.5 | true",
        "snr < 50 | false",
        "snr > 50 and class == 'STAR' | true",
        "snr > 50 && class = 'QSO' | false",
        "snr > 60 or class in ('QSO', 'STAR') | true",
        "class not in ('QSO', 'GALAXY') | true",
        "class != 'STAR' | false",
        "not (snr > 60) | true",
        "!(snr > 60) and not flag & 1 | true",
        "flag & 8 | true",
        "ok == 'True' | true",
        "ok != 'true' | false",
        "ok in ('F', 'no') | false",
        "flag & 3 | false",
        "plx / 0.1 > 15 | true",
        "(plx + 1) * 2 - 1 == 5 | true",
        "2 * (plx + 1) == 6 | true",
        "-plx < -1 | true",
        "`E(B-V)` < 0.05 | true",
        "ok | ERROR",
        "ok == true | true",
        "word == true | true",
        "word == false | false",
        // a missing value is neither: not even its negation holds
        "empty > 1 | false",
        "not (empty > 1) | false",
        "empty > 1 or snr > 1 | true",
        "empty is missing | true",
        "snr is not missing | true",
        "bad < 0 | false",
        "bad is missing | true",
        "bad == -9999 | true",
        "empty != 1 | false",
        // 64-bit integers are compared to their last digit
        "id == 1237648720693755919 | true",
        "id == 1237648720693755918 | false",
        "id in (1237648720693755918, 1237648720693755917) | false"
      })
  void shouldJudgeARow(String text, String wanted) {
    if (wanted.equals("ERROR")) {
      assertThatThrownBy(() -> Condition.parse(text)).isInstanceOf(IllegalArgumentException.class);
      return;
    }
    assertThat(Condition.parse(text).holds(new Cells("f", ROW, SENTINELS)))
        .isEqualTo(Boolean.parseBoolean(wanted));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "snr > | a column, a number or a text in quotes is expected where the end is",
        "snr 50 | a comparison (==, !=, <, <=, >, >=, in, &, is missing) is expected where '50'",
        "snr > 50 class | 'and', 'or' or the end is expected where 'class' is",
        "(snr > 50 | ')' is expected where the end is",
        "snr > #5 | '#5' cannot be read",
        "flag & 1.5 | an integer is expected where '1.5' is",
        "class in 'STAR' | '(' is expected where 'STAR' is"
      })
  void shouldSayWhatCannotBeRead(String text, String message) {
    assertThatThrownBy(() -> Condition.parse(text)).hasMessageContaining(message);
  }

  @Test
  void shouldNameItsColumns() {
    assertThat(Condition.parse("a > 1 and b / `c d` in (2, e) or f & 2").columns())
        .containsExactly("a", "b", "c d", "e", "f");
  }
}
