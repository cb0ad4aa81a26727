package org.sidereus.exporter.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.sidereus.engine.SidereusException;
import org.sidereus.engine.bundle.GraphContract;
import org.sidereus.exporter.onnx.GraphBuilder.Value;
import org.sidereus.exporter.onnx.PosteriorGraph.Correction;
import org.sidereus.exporter.onnx.PosteriorGraph.DerivedOutputs;
import org.sidereus.networks.ParameterScaling;

/**
 * A graph of another program, features x [B,F] and noise [S,D] to samples theta [B,S,D] and their
 * log_prob [B,S], as the posterior graph of a bundle: prior, likelihood and derived quantities are
 * added behind it.
 *
 * <p>What differs from {@link GraphContract} without changing a number is adapted, and {@link
 * #adapted()} says what: other names, another type of numbers, fixed axes, numbers in a file beside
 * the graph, more outputs, an older version of the operators. Everything else is refused.
 */
public final class ForeignGraph {
  /** Of the names of what is added. */
  static final String PREFIX = "sidereus_";

  private final List<String> parameters;
  private final List<String> features;
  private final ModelProto model;
  private final long opset;
  private final List<String> adapted = new ArrayList<>();

  private ForeignGraph(
      ForeignFile file, ModelProto.Builder model, List<String> parameters, List<String> features) {
    this.parameters = parameters;
    this.features = features;
    opset = new ForeignGraphCheck(file, model).check();
    PortAdapter ports = new PortAdapter(file, model.getGraphBuilder(), parameters, features);
    ports.adapt();
    adapted.addAll(ports.adapted());
    model
        .setIrVersion(Math.max(GraphBuilder.IR_VERSION, model.getIrVersion()))
        .clearOpsetImport()
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(opset));
    this.model = model.build();
  }

  /**
   * Reads a graph.
   *
   * @param file the {@code .onnx} file; numbers that it keeps in a file beside it are read, too
   * @param parameters names of the columns of noise and theta [D]
   * @param features names of the columns of x [F]
   * @throws SidereusException where it is no graph of a posterior: what, where, and what to do
   */
  public static ForeignGraph read(Path file, List<String> parameters, List<String> features) {
    try {
      ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
      List<String> beside = new ExternalNumbers(file).read(model.getGraphBuilder());
      ForeignGraph graph =
          new ForeignGraph(new ForeignFile(file.toString()), model, parameters, features);
      beside.forEach(data -> graph.adapted.add("the numbers in " + data + " are in the graph now"));
      return graph;
    } catch (InvalidProtocolBufferException e) {
      throw new SidereusException(
          file + " is no ONNX graph (" + e.getMessage() + "); export it with " + ForeignFile.HOW,
          e);
    } catch (IOException e) {
      throw new SidereusException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** What was adapted, in the order in which it was found; a short sentence each. */
  public List<String> adapted() {
    return List.copyOf(adapted);
  }

  /**
   * The posterior graph of a bundle, as bytes of the file.
   *
   * @param correction where there is one, the graph has importance weights, which are 0 outside of
   *     the prior
   * @param derived derived quantities
   */
  public byte[] posterior(Optional<Correction> correction, DerivedOutputs derived) {
    if (correction.isEmpty() && derived.formulas().isEmpty()) {
      return model.toByteArray();
    }
    GraphBuilder nodes = GraphBuilder.behind(PREFIX, opset);
    SampleNodes behind = new SampleNodes(nodes, parameters.size(), features.size());
    Value x = new Value(GraphContract.FEATURES);
    Value theta = nodes.transpose(new Value(GraphContract.THETA), 0, 2, 1);
    correction.ifPresent(
        with ->
            behind.weights(
                with,
                // no scaling keeps the samples of another program within the bounds
                Collections.nCopies(parameters.size(), new ParameterScaling.Affine(0, 1)),
                x,
                theta,
                behind.whitening(with),
                nodes.unsqueeze(new Value(GraphContract.LOG_PROB), 1)));
    if (!derived.formulas().isEmpty()) {
      behind.derived(derived, x, theta);
    }
    ModelProto.Builder whole = model.toBuilder();
    nodes.addTo(whole.getGraphBuilder());
    return whole.build().toByteArray();
  }
}
