package org.sidereus.simulators.sed;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pickles of the networks: protocol 3, lists and tuples of numbers, texts and NumPy
 * arrays of little-endian floats. A pickle can call any Python function. This reader refuses every
 * operation and name that the files do not need.
 *
 * <p>None becomes null, a list a {@link List}, a tuple an {@code Object[]}, an array a {@link
 * PickledArray}.
 */
final class Pickle {
  private static final int PROTOCOL = 3;

  /** Ten times what the largest network has. */
  private static final int MOST_OPERATIONS = 1_000_000;

  private static final int MOST_LEVELS = 100;
  private static final Object MARK = new Object();
  private static final String RECONSTRUCT = "numpy.core.multiarray._reconstruct";
  private static final String ARRAY = "numpy.ndarray";
  private static final String TYPE = "numpy.dtype";

  private final ByteBuffer in;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private Pickle(byte[] bytes) {
    in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A name that may be called or built from. */
  private record Global(String name) {}

  /** The type of an array's elements, before and after its byte order is known. */
  private static final class ElementType {
    private final String name;
    private boolean littleEndian;

    private ElementType(String name) {
      this.name = name;
    }
  }

  /** An array whose content follows; kept as one object because the memo refers to it. */
  private static final class Pending {
    private @Nullable PickledArray array;
  }

  private static final class NoneValue {}

  private static final NoneValue NONE = new NoneValue();

  /**
   * Reads a pickle.
   *
   * @throws IllegalArgumentException where it is broken or not of this kind; the message says what
   *     and at which byte
   */
  static @Nullable Object read(byte[] bytes) {
    Pickle pickle = new Pickle(bytes);
    try {
      return new Finish().finished(pickle.run());
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("it is cut off after " + bytes.length + " bytes", e);
    } catch (ClassCastException | NullPointerException e) {
      throw pickle.misfit(e);
    } catch (NoSuchElementException | IndexOutOfBoundsException e) {
      throw pickle.misfit(e);
    }
  }

  private IllegalArgumentException misfit(RuntimeException cause) {
    return new IllegalArgumentException(
        "its operations do not fit each other before byte " + in.position(), cause);
  }

  /**
   * Replaces the placeholders by their values. What is referred to several times is replaced once,
   * so that a file of a few bytes does not become a tree of billions.
   */
  private static final class Finish {
    private final Map<Object, @Nullable Object> done = new IdentityHashMap<>();
    private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());

    @Nullable Object finished(Object value) {
      if (value == NONE) {
        return null;
      }
      if (value instanceof Pending pending) {
        return pending.array;
      }
      if (!(value instanceof List<?>) && !(value instanceof Object[])) {
        return value;
      }
      if (done.containsKey(value)) {
        return done.get(value);
      }
      if (!open.add(value)) {
        throw new IllegalArgumentException("it holds a list that holds itself");
      }
      if (open.size() > MOST_LEVELS) {
        throw new IllegalArgumentException("it has more than " + MOST_LEVELS + " lists in another");
      }
      Object result = value instanceof List<?> list ? list(list) : tuple((Object[]) value);
      open.remove(value);
      done.put(value, result);
      return result;
    }

    private List<@Nullable Object> list(List<?> list) {
      List<@Nullable Object> result = new ArrayList<>(list.size());
      list.forEach(one -> result.add(finished(one)));
      return result;
    }

    private @Nullable Object[] tuple(Object[] tuple) {
      @Nullable Object[] result = new Object[tuple.length];
      for (int i = 0; i < tuple.length; i++) {
        result[i] = finished(tuple[i]);
      }
      return result;
    }
  }

  private Object run() {
    for (int operations = 0; operations < MOST_OPERATIONS; operations++) {
      int at = in.position();
      int operation = Byte.toUnsignedInt(in.get());
      switch (operation) {
        case 0x80 -> { // PROTO
          int protocol = Byte.toUnsignedInt(in.get());
          if (protocol != PROTOCOL) {
            throw new IllegalArgumentException(
                "it has the protocol " + protocol + " and not " + PROTOCOL);
          }
        }
        case '.' -> { // STOP
          return stack.pop();
        }
        case 'c' -> stack.push(global(line() + "." + line(), at)); // GLOBAL
        case '(' -> stack.push(MARK);
        case 't' -> stack.push(sinceMark().toArray()); // TUPLE
        case 0x85 -> stack.push(tuple(1));
        case 0x86 -> stack.push(tuple(2));
        case 0x87 -> stack.push(tuple(3));
        case ']' -> stack.push(new ArrayList<>()); // EMPTY_LIST
        case 'e' -> appends();
        case 'N' -> stack.push(NONE);
        case 0x88 -> stack.push(true);
        case 0x89 -> stack.push(false);
        case 'J' -> stack.push(in.getInt()); // BININT
        case 'K' -> stack.push(Byte.toUnsignedInt(in.get()));
        case 'M' -> stack.push(Short.toUnsignedInt(in.getShort()));
        case 'X' ->
            stack.push(new String(bytes(in.getInt()), StandardCharsets.UTF_8)); // BINUNICODE
        case 'B' -> stack.push(bytes(in.getInt())); // BINBYTES
        case 'C' -> stack.push(bytes(Byte.toUnsignedInt(in.get())));
        case 'q' -> memo.put(Byte.toUnsignedInt(in.get()), stack.element()); // BINPUT
        case 'r' -> memo.put(in.getInt(), stack.element());
        case 'h' -> stack.push(remembered(Byte.toUnsignedInt(in.get()))); // BINGET
        case 'R' -> reduce(at);
        case 'b' -> build(at);
        default ->
            throw new IllegalArgumentException(
                String.format(
                    "it has the operation 0x%02x at byte %d, which no file of networks needs",
                    operation, at));
      }
    }
    throw new IllegalArgumentException("it has more than " + MOST_OPERATIONS + " operations");
  }

  private static Global global(String name, int at) {
    if (!List.of(RECONSTRUCT, ARRAY, TYPE).contains(name)) {
      throw new IllegalArgumentException(
          "it names " + name + " at byte " + at + ", which is refused: it may be any program");
    }
    return new Global(name);
  }

  private String line() {
    StringBuilder text = new StringBuilder();
    for (char c = (char) in.get(); c != '\n'; c = (char) in.get()) {
      text.append(c);
    }
    return text.toString();
  }

  private byte[] bytes(int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private Object[] tuple(int length) {
    Object[] tuple = new Object[length];
    for (int i = length - 1; i >= 0; i--) {
      tuple[i] = stack.pop();
    }
    return tuple;
  }

  private List<Object> sinceMark() {
    List<Object> values = new ArrayList<>();
    for (Object value = stack.pop(); value != MARK; value = stack.pop()) {
      values.add(value);
    }
    Collections.reverse(values);
    return values;
  }

  private void appends() {
    List<Object> values = sinceMark();
    @SuppressWarnings("unchecked")
    List<Object> list = (List<Object>) stack.element();
    list.addAll(values);
  }

  private Object remembered(int key) {
    Object value = memo.get(key);
    if (value == null) {
      throw new IllegalArgumentException("it refers to a value " + key + " that it does not hold");
    }
    return value;
  }

  private void reduce(int at) {
    Object[] arguments = (Object[]) stack.pop();
    String name = ((Global) stack.pop()).name();
    switch (name) {
      case RECONSTRUCT -> stack.push(new Pending()); // a new array, whatever the arguments
      case TYPE -> stack.push(new ElementType((String) arguments[0]));
      default -> throw new IllegalArgumentException("it calls " + name + " at byte " + at);
    }
  }

  private void build(int at) {
    Object[] state = (Object[]) stack.pop();
    Object target = stack.element();
    if (target instanceof ElementType type) {
      type.littleEndian = "<".equals(state[1]);
    } else if (target instanceof Pending pending) {
      pending.array = array(state, at);
    } else {
      throw new IllegalArgumentException("it builds something else than an array at byte " + at);
    }
  }

  /** The state is version, shape, type, whether the first axis is the fastest, and the bytes. */
  private static PickledArray array(Object[] state, int at) {
    Object[] axes = (Object[]) state[1];
    int[] shape = new int[axes.length];
    long size = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = (Integer) axes[i];
      if (shape[i] < 0) {
        throw new IllegalArgumentException(
            "the array before byte " + at + " has a negative length");
      }
      // never more than the product of two lengths
      size = Math.min(size, Integer.MAX_VALUE) * shape[i];
    }
    ElementType type = (ElementType) state[2];
    int width = "f8".equals(type.name) ? Double.BYTES : "f4".equals(type.name) ? Float.BYTES : 0;
    if (width == 0 || !type.littleEndian) {
      throw new IllegalArgumentException(
          "the array before byte " + at + " has elements that are no little-endian f4 or f8");
    }
    if (Boolean.TRUE.equals(state[3]) && shape.length > 1) {
      throw new IllegalArgumentException("the array before byte " + at + " is in Fortran's order");
    }
    byte[] raw = (byte[]) state[4];
    if (raw.length != size * width) {
      throw new IllegalArgumentException("the array before byte " + at + " has a wrong length");
    }
    ByteBuffer buffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[(int) size];
    for (int i = 0; i < values.length; i++) {
      values[i] = width == Double.BYTES ? buffer.getDouble() : buffer.getFloat();
    }
    return new PickledArray(shape, values);
  }
}
