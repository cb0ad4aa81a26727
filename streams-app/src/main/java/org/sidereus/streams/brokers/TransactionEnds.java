package org.sidereus.streams.brokers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest.TxnMarkerEntry;

/**
 * Ends transactions of this service that their coordinator has left. The coordinator writes that a
 * transaction is over when all of its partitions have its end. Where a partition lacks the end
 * then, nobody will write it any more. So this class writes it, in the way that the coordinator has
 * recorded: a commit or an abort. It leaves alone what is not over, what has another transactional
 * id, what the coordinator has no record of, and transactions of a producer that keeps its epoch,
 * since those cannot be told from its next ones. It works in a thread of its own. Safe for threads.
 */
public final class TransactionEnds implements HangingTransactions.Ends, AutoCloseable {
  private static final String OFFSETS = "__consumer_offsets";
  private static final long PATIENCE_S = 10;
  private static final int NO_EPOCH = 0;

  /**
   * With this version of transactions, a producer has another epoch for each, and brokers take an
   * end only where the producer has not begun another transaction in the meantime.
   */
  private static final short STRICT = 2;

  private final Admin admin;
  private final String applicationId;
  private final TransactionLog log;
  private final EndMarkers markers;
  private final Consumer<String> warnings;
  private final Map<TopicPartition, String> findings = new ConcurrentHashMap<>();
  private final AtomicBoolean busy = new AtomicBoolean();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread one = new Thread(task, "transaction-ends");
            one.setDaemon(true);
            return one;
          });

  /** A transaction that is open in a partition. */
  private record Open(TopicPartition partition, ProducerState producer) {}

  /**
   * Of a service.
   *
   * @param settings of an administration client, for further clients
   * @param applicationId with which its transactional ids begin
   * @param warnings gets a sentence for each transaction that it ends
   */
  public TransactionEnds(
      Admin admin, Map<String, Object> settings, String applicationId, Consumer<String> warnings) {
    this.admin = admin;
    this.applicationId = applicationId;
    this.log = new TransactionLog(admin, settings);
    this.markers = new EndMarkers(settings);
    this.warnings = warnings;
  }

  @Override
  public void tryToEnd(TopicPartition partition) {
    begin(() -> end(partition));
  }

  @Override
  public void tryToEndOffsets() {
    begin(() -> end(TransactionLog.place(admin, OFFSETS, applicationId)));
  }

  @Override
  public Optional<String> finding(TopicPartition partition) {
    return Optional.ofNullable(findings.get(partition));
  }

  @Override
  public Optional<String> findingOfOffsets() {
    return findings.entrySet().stream()
        .filter(one -> one.getKey().topic().equals(OFFSETS))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** An attempt. */
  private interface Attempt {
    void run() throws ExecutionException, InterruptedException, TimeoutException, IOException;
  }

  private void begin(Attempt attempt) {
    if (busy.compareAndSet(false, true)) {
      thread.execute(
          () -> {
            try {
              attempt.run();
            } catch (InterruptedException | InterruptException e) {
              Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException | IOException | KafkaException e) {
              warnings.accept(unable(e));
            } finally {
              busy.set(false);
            }
          });
    }
  }

  private static String unable(Exception failure) {
    return "it cannot be seen whether a transaction of this service was left open: "
        + failure.getMessage();
  }

  /**
   * Ends the transactions of this service that are open in a partition, in all partitions that they
   * have.
   */
  public void end(TopicPartition partition)
      throws ExecutionException, InterruptedException, TimeoutException, IOException {
    findings.remove(partition);
    try {
      for (Open one : open(partition)) {
        Optional<String> id = transactionalId(one.producer().producerId());
        if (id.filter(known -> known.startsWith(applicationId + "-")).isPresent()) {
          end(one, id.get());
        } else {
          findings.put(
              partition,
              id.map("it is of another program, '%s'"::formatted)
                  .orElse("its coordinator has no record of it"));
        }
      }
    } catch (ExecutionException | KafkaException e) {
      Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
      if (cause instanceof UnsupportedVersionException) {
        findings.put(partition, "its end is known, but " + cause.getMessage());
        return;
      }
      if (!(cause instanceof AuthorizationException)) {
        throw e;
      }
      findings.put(
          partition,
          "this service lacks the rights to see how it ended ('Rights to end transactions' of the"
              + " documentation)");
    }
  }

  private void end(Open one, String id)
      throws ExecutionException, InterruptedException, TimeoutException, IOException {
    short epoch = (short) one.producer().producerEpoch();
    Optional<TransactionFate.End> fate =
        log.end(id, one.producer().producerId(), epoch)
            .filter(end -> end.epoch() > epoch)
            .filter(end -> end.partitions().contains(one.partition()));
    if (fate.isEmpty()) {
      findings.put(
          one.partition(), "the coordinator of '%s' has no record of how it ended".formatted(id));
      return;
    }
    TransactionFate.End end = fate.get();
    String how = end.committed() ? "committed" : "aborted";
    // Only now: what the coordinator has written since may have ended it.
    Map<Node, List<Open>> left = leftOpen(end, one.producer());
    int ended = 0;
    for (Map.Entry<Node, List<Open>> at : left.entrySet()) {
      Map<TopicPartition, Errors> said = markers.write(at.getKey(), marker(end, at.getValue()));
      for (Open each : at.getValue()) {
        Errors error = said.getOrDefault(each.partition(), Errors.UNKNOWN_SERVER_ERROR);
        if (error == Errors.NONE) {
          ended++;
        } else {
          findings.put(each.partition(), unwritten(id, how, error));
        }
      }
    }
    if (ended > 0) {
      warnings.accept(
          ("the transaction of '%s' was %s, and its coordinator had left it open in %d of %d"
                  + " partitions; the service has ended it there as it was recorded")
              .formatted(id, how, ended, end.partitions().size()));
    }
  }

  private static String unwritten(String id, String how, Errors error) {
    return error == Errors.CLUSTER_AUTHORIZATION_FAILED
        ? ("the transaction of '%s' was %s, and this service lacks the right to write that ('Rights"
                + " to end transactions' of the documentation)")
            .formatted(id, how)
        : "the transaction of '%s' was %s, and the brokers do not let the service write that: %s"
            .formatted(id, how, error.message());
  }

  private static TxnMarkerEntry marker(TransactionFate.End end, List<Open> at) {
    ProducerState producer = at.get(0).producer();
    return new TxnMarkerEntry(
        producer.producerId(),
        end.epoch(),
        at.stream()
            .mapToInt(one -> one.producer().coordinatorEpoch().orElse(NO_EPOCH))
            .max()
            .orElse(NO_EPOCH),
        end.committed() ? TransactionResult.COMMIT : TransactionResult.ABORT,
        at.stream().map(Open::partition).toList(),
        STRICT);
  }

  /** Where the transaction of a producer is still open, by the leader of the partition. */
  private Map<Node, List<Open>> leftOpen(TransactionFate.End end, ProducerState producer)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<Node, List<Open>> found = new HashMap<>();
    for (TopicPartition partition : end.partitions()) {
      for (Open one : open(partition)) {
        if (one.producer().producerId() == producer.producerId()
            && one.producer().producerEpoch() == producer.producerEpoch()) {
          leader(partition)
              .ifPresent(node -> found.computeIfAbsent(node, at -> new ArrayList<>()).add(one));
        }
      }
    }
    return found;
  }

  private List<Open> open(TopicPartition partition)
      throws ExecutionException, InterruptedException, TimeoutException {
    return admin
        .describeProducers(List.of(partition))
        .partitionResult(partition)
        .get(PATIENCE_S, TimeUnit.SECONDS)
        .activeProducers()
        .stream()
        .filter(one -> one.currentTransactionStartOffset().isPresent())
        .map(one -> new Open(partition, one))
        .toList();
  }

  private Optional<String> transactionalId(long producerId)
      throws ExecutionException, InterruptedException, TimeoutException {
    return admin
        .listTransactions(new ListTransactionsOptions().filterProducerIds(List.of(producerId)))
        .all()
        .get(PATIENCE_S, TimeUnit.SECONDS)
        .stream()
        .map(TransactionListing::transactionalId)
        .findFirst();
  }

  private Optional<Node> leader(TopicPartition partition)
      throws ExecutionException, InterruptedException, TimeoutException {
    TopicDescription topic =
        admin
            .describeTopics(List.of(partition.topic()))
            .allTopicNames()
            .get(PATIENCE_S, TimeUnit.SECONDS)
            .get(partition.topic());
    return topic == null
        ? Optional.empty()
        : topic.partitions().stream()
            .filter(one -> one.partition() == partition.partition())
            .findFirst()
            .flatMap(one -> Optional.ofNullable(one.leader()));
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
