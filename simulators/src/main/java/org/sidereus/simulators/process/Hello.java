package org.sidereus.simulators.process;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sidereus.engine.SidereusException;

/**
 * The first frame of a simulator process.
 *
 * @param protocol version of the protocol
 * @param inputs names of the inputs of a run, in the order of the columns of a frame {@code RUNS}
 * @param observables names of the observables, in the order of the columns of a frame {@code OBSV}
 */
record Hello(int protocol, List<String> inputs, List<String> observables) {
  /** The version of the protocol that this program speaks. */
  static final int VERSION = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

  /** As it is in the frame, where anything may be missing. */
  private record Draft(
      @JsonProperty("protocol") @Nullable Integer protocol,
      @JsonProperty("inputs") @Nullable List<@Nullable String> inputs,
      @JsonProperty("observables") @Nullable List<@Nullable String> observables) {}

  Hello {
    inputs = List.copyOf(inputs);
    observables = List.copyOf(observables);
  }

  /**
   * Reads the content of the frame.
   *
   * @throws SidereusException if it is not a hello of this version
   */
  static Hello parse(byte[] content) {
    Draft draft;
    try {
      draft = MAPPER.readValue(content, Draft.class);
    } catch (JsonProcessingException e) {
      throw wrong(
          "is not JSON with 'protocol', 'inputs' and 'observables': " + e.getOriginalMessage());
    } catch (IOException e) {
      throw wrong("cannot be read: " + e.getMessage());
    }
    if (draft == null || draft.protocol() == null) {
      throw wrong("has no 'protocol'");
    }
    if (draft.protocol() != VERSION) {
      throw new SidereusException(
          "speaks version %d of the protocol, but this program version %d; install the Python package of this version"
              .formatted(draft.protocol(), VERSION));
    }
    return new Hello(
        VERSION, names("inputs", draft.inputs()), names("observables", draft.observables()));
  }

  private static List<String> names(String key, @Nullable List<@Nullable String> names) {
    if (names == null || names.isEmpty()) {
      throw wrong("has no names in '" + key + "'");
    }
    HashSet<String> seen = new HashSet<>();
    for (String name : names) {
      if (name == null || name.isBlank() || !seen.add(name)) {
        throw wrong("has a name in '%s' that is empty or there twice: %s".formatted(key, name));
      }
    }
    return names.stream().map(String::valueOf).toList();
  }

  private static SidereusException wrong(String what) {
    return new SidereusException("said a hello that " + what);
  }
}
