package org.sidereus.integration.architecture;

import java.util.List;
import java.util.stream.Stream;

/** The modules of the project, and what the code of each may know. */
final class Modules {
  private static final String ROOT = "org.sidereus.";

  private static final String JACKSON = "com.fasterxml.jackson..";
  private static final String HIPPARCHUS = "org.hipparchus..";
  private static final String SLF4J = "org.slf4j..";
  private static final String ONNX_RUNTIME = "ai.onnxruntime..";
  private static final String PICOCLI = "picocli..";
  private static final String LOGBACK = "ch.qos.logback..";
  private static final String FAST_CSV = "de.siegmar.fastcsv..";
  private static final String AVRO = "org.apache.avro..";
  private static final String KAFKA_CLIENTS = "org.apache.kafka.clients..";
  private static final String KAFKA_COMMON = "org.apache.kafka.common..";
  private static final String KAFKA_STREAMS = "org.apache.kafka.streams..";

  /** What every module may know: the JDK, and the annotations that say where null is a value. */
  private static final List<String> JDK =
      List.of("java..", "javax..", "com.sun.net.httpserver..", "com.sun.management..", "jdk.jfr..");

  private static final String JSPECIFY = "org.jspecify..";

  /** Each module, below those that it may know. */
  static final List<Module> ALL =
      List.of(
          new Module("engine", List.of(), List.of(ONNX_RUNTIME, JACKSON, HIPPARCHUS, SLF4J)),
          new Module("schemas", List.of(), List.of(AVRO, KAFKA_COMMON, JACKSON)),
          new Module("http", List.of(), List.of("org.eclipse.jetty..", SLF4J)),
          new Module("networks", List.of("engine"), List.of(JACKSON, HIPPARCHUS)),
          new Module("cli", List.of("engine"), List.of(PICOCLI, JACKSON, SLF4J, LOGBACK)),
          new Module(
              "catalogs",
              List.of("engine", "cli"),
              List.of(
                  JACKSON,
                  FAST_CSV,
                  "uk.ac.starlink..",
                  "io.jhdf..",
                  "org.apache.commons.compress..",
                  "org.tukaani.xz..",
                  "org.yaml.snakeyaml..",
                  "org.xml.sax..",
                  PICOCLI,
                  SLF4J)),
          new Module(
              "exporter",
              List.of("engine", "networks", "catalogs", "cli"),
              List.of(
                  ONNX_RUNTIME,
                  "ai.onnx.proto..",
                  "org.tribuo.util.onnx..",
                  "com.google.protobuf..",
                  JACKSON,
                  HIPPARCHUS,
                  PICOCLI,
                  SLF4J)),
          new Module(
              "simulators",
              List.of("engine", "networks", "catalogs", "cli"),
              List.of(JACKSON, FAST_CSV, "io.jhdf..", HIPPARCHUS, PICOCLI, SLF4J)),
          new Module(
              "validation",
              List.of("engine", "networks", "simulators", "cli"),
              List.of(JACKSON, HIPPARCHUS, PICOCLI, SLF4J)),
          new Module(
              "trainer",
              List.of("engine", "networks", "simulators", "validation", "exporter", "cli"),
              List.of("ai.djl..", "com.sun.jna..", JACKSON, HIPPARCHUS, PICOCLI, SLF4J)),
          new Module(
              "streams",
              List.of("engine", "schemas", "http", "catalogs", "cli"),
              List.of(
                  AVRO,
                  KAFKA_CLIENTS,
                  KAFKA_COMMON,
                  KAFKA_STREAMS,
                  "org.rocksdb..",
                  "io.micrometer..",
                  JACKSON,
                  PICOCLI,
                  SLF4J)),
          new Module(
              "explorer",
              List.of("engine", "schemas", "http", "streams"),
              List.of(AVRO, KAFKA_CLIENTS, KAFKA_COMMON, JACKSON, PICOCLI, SLF4J, "java.sql..")),
          new Module(
              "archive",
              List.of("engine", "schemas", "streams"),
              List.of(KAFKA_CLIENTS, KAFKA_COMMON, "org.duckdb..", JACKSON, PICOCLI, SLF4J)),
          new Module(
              "demo",
              List.of("engine", "schemas", "http", "catalogs", "streams", "explorer", "cli"),
              List.of(
                  AVRO,
                  "org.apache.kafka..",
                  "kafka..",
                  "scala..",
                  JACKSON,
                  FAST_CSV,
                  PICOCLI,
                  SLF4J)),
          new Module(
              "benchmarks",
              List.of(
                  "engine",
                  "schemas",
                  "networks",
                  "exporter",
                  "simulators",
                  "trainer",
                  "streams",
                  "explorer",
                  "demo",
                  "cli"),
              List.of(
                  "org.openjdk.jmh..",
                  "joptsimple..",
                  "org.HdrHistogram..",
                  KAFKA_STREAMS,
                  "ai.djl..",
                  "ai.onnx.proto..",
                  "org.tribuo.util.onnx..",
                  "com.google.protobuf..",
                  KAFKA_CLIENTS,
                  KAFKA_COMMON,
                  JACKSON,
                  PICOCLI,
                  SLF4J)));

  private Modules() {}

  /**
   * A module.
   *
   * @param name last part of its package
   * @param below names of the modules that it may know
   * @param libraries packages of third parties that it may know
   */
  record Module(String name, List<String> below, List<String> libraries) {
    /** Its packages. */
    String packages() {
      return ROOT + name + "..";
    }

    /** All packages that its classes may use. */
    String[] known() {
      Stream<String> own = Stream.of(packages(), JSPECIFY);
      Stream<String> others = below.stream().map(other -> ROOT + other + "..");
      return Stream.of(own, others, libraries.stream(), JDK.stream())
          .flatMap(names -> names)
          .toArray(String[]::new);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
