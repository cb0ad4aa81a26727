package org.sidereus.integration.environment;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * What becomes of an event on its way.
 *
 * @param where in the event, as a share of its length
 * @param bytes random bytes
 * @param key key of the event, may be null
 */
public record Damage(Kind kind, double where, byte[] bytes, byte[] key) {
  private static final int FRAME_BYTES = 5;

  /** How an event is damaged. */
  public enum Kind {
    RANDOM,
    RANDOM_IN_A_FRAME,
    CUT,
    FLIPPED,
    OVERWRITTEN,
    APPENDED
  }

  /** A damage by chance. */
  public static Damage random(Random random) {
    byte[] bytes = new byte[1 + random.nextInt(40)];
    random.nextBytes(bytes);
    Kind[] kinds = Kind.values();
    return new Damage(
        kinds[random.nextInt(kinds.length)],
        random.nextDouble(),
        bytes,
        random.nextInt(5) == 0 ? null : bytes);
  }

  /** The damaged event. */
  public byte[] to(byte[] valid) {
    int at = (int) (where * valid.length);
    byte[] damaged = valid.clone();
    switch (kind) {
      case RANDOM -> damaged = bytes;
      case RANDOM_IN_A_FRAME ->
          damaged =
              ByteBuffer.allocate(FRAME_BYTES + bytes.length)
                  .put(valid, 0, FRAME_BYTES)
                  .put(bytes)
                  .array();
      case CUT -> damaged = Arrays.copyOf(valid, at);
      case FLIPPED -> damaged[at] ^= (byte) (1 << (bytes.length % 8));
      case OVERWRITTEN -> {
        for (int i = 0; i < bytes.length && at + i < damaged.length; i++) {
          damaged[at + i] = bytes[i];
        }
      }
      case APPENDED ->
          damaged = ByteBuffer.allocate(valid.length + bytes.length).put(valid).put(bytes).array();
    }
    return damaged;
  }
}
