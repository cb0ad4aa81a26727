package org.sidereus.catalogs.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sidereus.engine.SidereusException;

/** The JSON Schema of mapping files says what their reader accepts. */
class MappingSchemaTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** What only the reader checks: syntax of texts, and names that refer to each other. */
  private static final List<String> READER_ONLY =
      List.of(
          "the condition \"",
          "the unit '",
          "there is no encoding '",
          "time_of_day is the column of the date",
          "a shared error enters ",
          "the column x is listed twice");

  /** A mapping with every key. */
  private static final String FULL =
      """
      {"$schema": "x", "format": 1, "note": "n", "survey": "s", "id_column": "i", "group": "g",
       "visit_column": "v", "time": {"column": "t", "time_of_day": "u", "time_of_day_unit": "h",
         "format": "mjd", "scale": "gps", "offset": 1},
       "source": {"kind": "fits", "hdu": 2, "encoding": "UTF-8"},
       "missing": [-9999, "n/a", {"column": "m", "values": [99.9, "b"]}],
       "limits": "missing", "where": ["a > 1"], "shared_columns": false,
       "flags": [{"column": "f", "bits": 8, "then": "rejected"}, {"column": "f", "bits": "0x10", "base": 2},
                 {"column": "f", "values": ["<", 2]}, {"column": "f", "good_values": [0]},
                 {"column": "f", "truth": true}, {"condition": "a < 2", "then": "missing"}],
       "measurements": {
         "p": {"value": {"column": "a", "unit": "mag", "error": "e", "no_error": 0.1},
               "floor": 0.1, "floor_rule": "minimum", "largest_error": 1, "flags": []},
         "q": {"value": {"column": "a", "error": ["l", "u"], "error_rule": "larger",
                         "negative_lower_error": true}},
         "v1": {"value": {"column": "a", "variance": "e"}},
         "v2": {"value": {"column": "a", "relative_error": "e", "no_error": 1}},
         "v3": {"value": {"column": "a", "signal_to_noise": "e"}},
         "r": {"age": {"column": "a", "inverse_variance": "i"}, "impossible": "missing"},
         "s": {"value": {"difference": [{"column": "a"}, {"constant": 1, "unit": "dex"}]}},
         "t": {"value": {"quotient": [{"column": "a"}, {"product": [{"column": "a"}, {"column": "b"}]}]}},
         "u": {"value": {"linear": {"log10": {"power_of_ten": {"column": "a"}}}, "scale": 2, "offset": 1}},
         "v": {"value": {"magnitude": {"dereddened": {"column": "a"}, "extinction": {"column": "b"}}}},
         "w": {"value": {"nanomaggies": {"column": "a"}}},
         "x": {"value": {"asinh_magnitude": {"column": "a"}, "softening": 1e-10}},
         "y": {"value": {"converted": {"column": "a"}, "to": "mJy"}}},
       "shared_errors": [
         {"error": "e", "included": true, "coefficients": {"p": 1, "q": -1}},
         {"error": 0.1, "included": false, "coefficients": {"p": 1}},
         {"error": ["l", "u"], "error_rule": "mean", "included": true, "coefficients": {"p": 1}},
         {"inverse_variance": "i", "no_error": 0.2, "included": true, "coefficients": {"p": 1}}]}
      """;

  private static final List<String> OTHERS =
      List.of(
          "'x'",
          "' '",
          "0",
          "-1",
          "1.5",
          "300",
          "true",
          "[]",
          "{}",
          "['x']",
          "[1, 2]",
          "{'column': 'x'}",
          "'mag'",
          "'missing'",
          "null");

  private final JsonSchema schema;
  private final List<String> different = new ArrayList<>();

  MappingSchemaTest() throws IOException {
    schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(Files.readString(Path.of("..", "docs", "reference", "mapping.schema.json")));
  }

  /** What the reader says; empty if it accepts. */
  private static String readers(JsonNode mapping) {
    try {
      MappingJson.of("m.json", mapping);
      return "";
    } catch (SidereusException e) {
      return e.getMessage();
    }
  }

  private void assertAgree(JsonNode mapping, String what) {
    boolean valid = schema.validate(mapping).isEmpty();
    String message = readers(mapping);
    boolean readerOnly = READER_ONLY.stream().anyMatch(message::contains);
    if (!readerOnly && message.isEmpty() != valid) {
      different.add(
          "%s: the reader says '%s', the schema %s"
              .formatted(what, message, schema.validate(mapping)));
    }
  }

  @Test
  void shouldAcceptEveryMappingThatIsShipped() throws IOException {
    try (Stream<Path> surveys = Files.list(Path.of("..", "surveys"))) {
      List<Path> all = surveys.filter(file -> file.toString().endsWith(".json")).toList();
      assertThat(all).hasSizeGreaterThan(10);
      for (Path file : all) {
        JsonNode mapping = MAPPER.readTree(file.toFile());
        assertThat(schema.validate(mapping)).as(file.toString()).isEmpty();
        assertThat(readers(mapping)).as(file.toString()).isEmpty();
      }
    }
  }

  @Test
  void shouldAgreeWithTheReaderOnEveryChange() throws IOException {
    JsonNode full = MAPPER.readTree(FULL);
    assertThat(readers(full)).isEmpty();
    assertThat(schema.validate(full)).isEmpty();
    List<JsonNode> others = new ArrayList<>();
    for (String other : OTHERS) {
      others.add(MAPPER.readTree(other.replace('\'', '"')));
    }
    int[] changes = new int[1];
    change(full, full, "", others, changes);
    assertThat(different).isEmpty();
    assertThat(changes[0]).isGreaterThan(2000);
  }

  @Test
  void shouldAgreeOnKeysThatExcludeEachOther() throws IOException {
    for (String key :
        List.of("'group_column': 'c'", "'time_column': 't'", "'sorce': {}", "'where': 'a > 1'")) {
      String changed = FULL.replaceFirst("\\{", "{" + key.replace('\'', '"') + ",");
      assertAgree(MAPPER.readTree(changed), key);
    }
    for (String key :
        List.of(
            "'inverse_variance': 'i'",
            "'error_rule': 'mean'",
            "'negative_lower_error': true",
            "'no_error': 0.1",
            "'age': {'column': 'a'}",
            "'impossible': 'missing'",
            "'floor': 0.1",
            "'table': 'x'",
            "'scale': 3",
            "'note': [1]",
            "'values': ['x']")) {
      for (int at = FULL.indexOf('{'); at >= 0; at = FULL.indexOf('{', at + 1)) {
        String changed =
            FULL.substring(0, at + 1)
                + key.replace('\'', '"')
                + (FULL.charAt(at + 1) == '}' ? "" : ",")
                + FULL.substring(at + 1);
        assertAgree(MAPPER.readTree(changed), key + " at " + at);
      }
    }
    assertThat(different).isEmpty();
  }

  /** Removes, renames and replaces everything below a node, one after the other. */
  private void change(
      JsonNode root, JsonNode node, String path, List<JsonNode> others, int[] changes) {
    if (node instanceof ObjectNode object) {
      List<Map.Entry<String, JsonNode>> members = new ArrayList<>();
      object.properties().forEach(one -> members.add(Map.entry(one.getKey(), one.getValue())));
      for (Map.Entry<String, JsonNode> member : members) {
        String name = member.getKey();
        if (name.equals("note")) {
          continue;
        }
        String place = path + "." + name;
        for (JsonNode other : others) {
          object.set(name, other);
          assertAgree(root, place + " = " + other);
          changes[0]++;
        }
        object.remove(name);
        assertAgree(root, place + " removed");
        object.set("zz" + name, member.getValue());
        assertAgree(root, place + " renamed");
        object.remove("zz" + name);
        object.set(name, member.getValue());
        change(root, member.getValue(), place, others, changes);
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode element = array.get(i);
        for (JsonNode other : others) {
          array.set(i, other);
          assertAgree(root, path + "[" + i + "] = " + other);
          changes[0]++;
        }
        array.set(i, element);
        change(root, element, path + "[" + i + "]", others, changes);
      }
    }
  }
}
