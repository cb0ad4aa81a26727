package org.sidereus.catalogs.table;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.SidereusException;

/** A table that says it has more rows than can be read. */
class ColumnarTableTest {
  private static final int BROKEN = 10_000;

  @Test
  void shouldNameBrokenRowsAndReadTheOthers() throws IOException {
    try (ColumnarTable table = table(row -> row % 2 == 0)) {
      for (int row = 0; row < 3 * BROKEN; row++) {
        TableRow next = table.next();
        if (row % 2 == 0) {
          assertThatExceptionOfType(BrokenRowException.class).isThrownBy(() -> next.value("x"));
        } else {
          next.value("x");
        }
      }
    }
  }

  @Test
  void shouldRefuseATableWhoseRowsDoNotEnd() throws IOException {
    try (ColumnarTable table = table(row -> row > 2)) {
      for (int row = 0; row < 3 + BROKEN; row++) {
        TableRow next = table.next();
        if (row > 2) {
          assertThatExceptionOfType(BrokenRowException.class).isThrownBy(() -> next.value("x"));
        }
      }
      TableRow next = table.next();
      assertThatThrownBy(() -> next.value("x"))
          .isExactlyInstanceOf(SidereusException.class)
          .hasMessage(
              "t.npy, row 10004: in the column x, it is damaged; more than 10,000 rows in"
                  + " succession cannot be read; write the table again");
    }
  }

  private static ColumnarTable table(IntPredicate isBroken) throws IOException {
    ColumnarTable.Values values =
        row -> {
          if (isBroken.test(row)) {
            throw new IllegalArgumentException("it is damaged");
          }
          return Cell.MISSING;
        };
    ColumnarTable.Block endless = new ColumnarTable.Block(Integer.MAX_VALUE, List.of(values));
    TableInput input = TableInput.open("t.npy", new ByteArrayInputStream(new byte[] {1}), null);
    return new ColumnarTable(
        input,
        TableFormat.FEATHER,
        List.of(Column.untyped("x")),
        Integer.MAX_VALUE,
        new ColumnarTable.Blocks() {
          @Override
          public ColumnarTable.Block next() {
            return endless;
          }

          @Override
          public void close() {}
        });
  }
}
