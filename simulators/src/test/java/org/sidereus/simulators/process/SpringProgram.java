package org.sidereus.simulators.process;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A simulator process that is written by the page of the protocol alone: the force of springs, rest
 * + stiffness * stretch, and the energy. Its arguments are the ways in which it is odd.
 */
public final class SpringProgram {
  private static final PrintStream OUT = System.out;

  private SpringProgram() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> ways = Arrays.asList(arguments);
    if (ways.contains("print-first")) {
      OUT.println("Loading tables of springs");
    }
    if (ways.contains("no-start")) {
      System.err.println("no module named springs");
      System.exit(3);
    }
    frame("HELO", hello(ways).getBytes(StandardCharsets.UTF_8));
    DataInputStream in = new DataInputStream(System.in);
    try {
      for (int batch = 0; ; batch++) {
        byte[] header = new byte[12];
        in.readFully(header);
        byte[] rows = new byte[ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt(8)];
        in.readFully(rows);
        in.readFully(new byte[4]);
        run(rows, batch, ways);
      }
    } catch (EOFException e) {
      System.err.println("spring ends");
    }
  }

  /** The folder of this class, for a command line. */
  public static String classes() {
    try {
      return Path.of(
              SpringProgram.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hello(List<String> ways) {
    if (ways.contains("new-version")) {
      return "{\"protocol\": 2, \"inputs\": [\"a\"], \"observables\": [\"b\"]}";
    }
    if (ways.contains("twice")) {
      return "{\"protocol\": 1, \"inputs\": [\"a\", \"a\"], \"observables\": [\"b\"]}";
    }
    return "{\"protocol\": 1, \"inputs\": [\"stretch\", \"rest\", \"stiffness\"],"
        + " \"observables\": [\"energy\", \"force\"]}";
  }

  private static void run(byte[] rows, int batch, List<String> ways)
      throws IOException, InterruptedException {
    ByteBuffer in = ByteBuffer.wrap(rows).order(ByteOrder.LITTLE_ENDIAN);
    int n = rows.length / 24;
    ByteBuffer y = ByteBuffer.allocate(n * 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      double stretch = in.getDouble();
      double rest = in.getDouble();
      double stiffness = in.getDouble();
      if (ways.contains("crash") && stretch == 7) {
        System.err.println("the spring breaks");
        System.exit(9);
      }
      if (stretch == 7) {
        hang(ways);
      }
      double force = stretch == 5 ? Double.NaN : rest + stiffness * stretch;
      if (ways.contains("noise")) {
        force += Math.random();
      }
      if (ways.contains("by-batch")) {
        force += n;
      }
      y.putDouble(stretch == 6 ? 1e300 : stiffness * stretch * stretch / 2).putDouble(force);
    }
    crashOnce(ways);
    if (ways.contains("wrong")) {
      System.err.println("a spring has no mass");
      System.exit(64);
    }
    if (ways.contains("big-endian")) {
      for (int at = 0; at < y.capacity(); at += Double.BYTES) {
        y.putLong(at, Long.reverseBytes(y.getLong(at)));
      }
    }
    if (ways.contains("always")) {
      throw new IllegalStateException("no spring works");
    }
    if (ways.contains("print") && batch > 0) {
      OUT.println("batch " + batch);
    }
    if (ways.contains("print-within")) {
      OUT.write(header("OBSV", n * 16));
      OUT.print("within");
      OUT.write(y.array());
      OUT.write("ENDF".getBytes(StandardCharsets.US_ASCII));
      OUT.flush();
    } else {
      frame("OBSV", ways.contains("short") ? new byte[8] : y.array());
    }
  }

  /** Where the way is {@code hang=FILE}: makes the file, and gives no result. */
  private static void hang(List<String> ways) throws IOException, InterruptedException {
    for (String way : ways) {
      if (way.startsWith("hang=")) {
        Files.createFile(Path.of(way.substring(5)));
        Thread.sleep(60_000);
      }
    }
  }

  /** Where the way is {@code once=FILE}: ends in the first batch of all processes. */
  private static void crashOnce(List<String> ways) throws IOException {
    for (String way : ways) {
      if (way.startsWith("once=") && !Files.exists(Path.of(way.substring(5)))) {
        Files.createFile(Path.of(way.substring(5)));
        System.exit(1);
      }
    }
  }

  private static byte[] header(String kind, int length) {
    return ByteBuffer.allocate(12)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(("SDRS" + kind).getBytes(StandardCharsets.US_ASCII))
        .putInt(length)
        .array();
  }

  private static void frame(String kind, byte[] content) throws IOException {
    OUT.write(header(kind, content.length));
    OUT.write(content);
    OUT.write("ENDF".getBytes(StandardCharsets.US_ASCII));
    OUT.flush();
  }
}
