package org.sidereus.catalogs.table;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Texts of binary formats, which are in UTF-8. */
final class StrictText {
  private StrictText() {}

  /**
   * A text.
   *
   * @throws IllegalArgumentException if it is not UTF-8
   */
  static Cell utf8(ByteBuffer bytes, int at, int length) {
    try {
      return Cell.Text.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(bytes.duplicate().position(at).limit(at + length))
              .toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the text is not UTF-8; write the table again", e);
    }
  }
}
