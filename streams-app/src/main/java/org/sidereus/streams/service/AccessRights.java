package org.sidereus.streams.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.SecurityUtils;
import org.sidereus.schemas.Topics;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;
import org.sidereus.streams.topology.SidereusTopology;

/**
 * The rights at the brokers that each role needs, and no more: the service, producers of
 * observations, readers of results, operators who reset the service. Nobody but the service may
 * write results, internal topics and its transactions.
 */
public final class AccessRights {
  private static final String EVERY_HOST = "*";

  private final ServiceConfig config;
  private final List<AclBinding> bindings = new ArrayList<>();

  /** No rights yet. */
  public AccessRights(ServiceConfig config) {
    this.config = config;
  }

  /** Adds the rights of the service, for example for {@code User:sidereus}. */
  public AccessRights service(String principal) {
    Topics topics = config.topics();
    Set<AclOperation> create =
        config.topicCreation().isAllowed()
            ? EnumSet.of(AclOperation.CREATE)
            : EnumSet.noneOf(AclOperation.class);
    Set<AclOperation> read = EnumSet.of(AclOperation.READ, AclOperation.DESCRIBE_CONFIGS);
    read.addAll(create);
    topics(principal, List.of(topics.observations()), read);
    Set<AclOperation> write = EnumSet.of(AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);
    write.addAll(create);
    topics(principal, results(), write);
    topics(
        principal,
        internalTopics(),
        EnumSet.of(
            AclOperation.CREATE,
            AclOperation.READ,
            AclOperation.WRITE,
            AclOperation.DESCRIBE_CONFIGS));
    // Kafka Streams deletes what it has read of the repartition topic.
    topics(
        principal,
        List.of(SidereusTopology.repartitionTopic(config.applicationId())),
        EnumSet.of(AclOperation.DELETE));
    add(
        principal,
        new ResourcePattern(ResourceType.GROUP, config.applicationId(), PatternType.LITERAL),
        AclOperation.READ);
    ResourcePattern transactions =
        new ResourcePattern(
            ResourceType.TRANSACTIONAL_ID, config.applicationId() + "-", PatternType.PREFIXED);
    add(principal, transactions, AclOperation.WRITE);
    return this;
  }

  /**
   * Adds the rights with which the service ends its transactions that brokers have left open. Who
   * has them can also change settings of the whole cluster and end transactions of others.
   */
  public AccessRights endingTransactions(String principal) {
    List<String> read = new ArrayList<>(results());
    read.add(Topic.TRANSACTION_STATE_TOPIC_NAME);
    read.add(Topic.GROUP_METADATA_TOPIC_NAME);
    topics(principal, read, EnumSet.of(AclOperation.READ));
    add(
        principal,
        new ResourcePattern(ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL),
        AclOperation.ALTER);
    return this;
  }

  /** The topics that the service writes for readers. */
  private List<String> results() {
    Topics topics = config.topics();
    List<String> all = new ArrayList<>();
    all.addAll(List.of(topics.objectPosteriors(), topics.groupPosteriors(), topics.rejections()));
    config.samplesTopic().ifPresent(all::add);
    return all;
  }

  /** Adds the rights of a producer of observations. */
  public AccessRights producer(String principal) {
    topics(principal, List.of(config.topics().observations()), EnumSet.of(AclOperation.WRITE));
    return this;
  }

  /**
   * Adds the rights of a reader of results. Its consumer groups have names that begin with the name
   * of the principal.
   */
  public AccessRights reader(String principal) {
    topics(principal, results(), EnumSet.of(AclOperation.READ));
    add(
        principal,
        new ResourcePattern(ResourceType.GROUP, name(principal), PatternType.PREFIXED),
        AclOperation.READ);
    return this;
  }

  /** Adds the rights of whoever resets the service. */
  public AccessRights operator(String principal) {
    topics(principal, internalTopics(), EnumSet.of(AclOperation.DELETE, AclOperation.DESCRIBE));
    topics(principal, List.of(config.topics().observations()), EnumSet.of(AclOperation.DESCRIBE));
    ResourcePattern group =
        new ResourcePattern(ResourceType.GROUP, config.applicationId(), PatternType.LITERAL);
    add(principal, group, AclOperation.DELETE);
    add(principal, group, AclOperation.DESCRIBE);
    return this;
  }

  /** The rights as the brokers store them. A right to read or write is one to describe, too. */
  public Collection<AclBinding> bindings() {
    return List.copyOf(bindings);
  }

  /** The same as commands, one for each principal, kind of resource and set of operations. */
  public List<String> commands() {
    record Right(String principal, ResourcePattern pattern) {}
    record Call(
        String principal, ResourceType type, PatternType pattern, SortedSet<String> rights) {}
    Map<Right, SortedSet<String>> rights = new LinkedHashMap<>();
    for (AclBinding one : bindings) {
      rights
          .computeIfAbsent(
              new Right(one.entry().principal(), one.pattern()), key -> new TreeSet<>())
          .add(SecurityUtils.operationName(one.entry().operation()));
    }
    Map<Call, SortedSet<String>> names = new LinkedHashMap<>();
    rights.forEach(
        (resource, operations) ->
            names
                .computeIfAbsent(
                    new Call(
                        resource.principal(),
                        resource.pattern().resourceType(),
                        resource.pattern().patternType(),
                        operations),
                    key -> new TreeSet<>())
                .add(resource.pattern().name()));
    List<String> commands = new ArrayList<>();
    names.forEach(
        (call, resources) -> {
          StringBuilder command =
              new StringBuilder(tool("kafka-acls.sh"))
                  .append(" --add --allow-principal ")
                  .append(quoted(call.principal()));
          call.rights().forEach(one -> command.append(" --operation ").append(one));
          if (call.pattern() == PatternType.PREFIXED) {
            command.append(" --resource-pattern-type prefixed");
          }
          for (String resource : resources) {
            command.append(' ').append(option(call.type()));
            if (call.type() != ResourceType.CLUSTER) {
              command.append(' ').append(quoted(resource));
            }
          }
          commands.add(command.toString());
        });
    return commands;
  }

  /**
   * The command that bounds what a principal may send, read and ask.
   *
   * @param bytesPerSecond bytes in a second, at each broker
   * @param requestPercentage time of the broker's threads, percent of one thread
   */
  public String quota(String principal, long bytesPerSecond, int requestPercentage) {
    return "%s --alter --entity-type users --entity-name %s --add-config producer_byte_rate=%d,consumer_byte_rate=%d,request_percentage=%d"
        .formatted(
            tool("kafka-configs.sh"),
            quoted(name(principal)),
            bytesPerSecond,
            bytesPerSecond,
            requestPercentage);
  }

  private String tool(String name) {
    return name
        + " --bootstrap-server "
        + quoted(config.bootstrapServers())
        + new KafkaSettings(config).commandConfig();
  }

  private List<String> internalTopics() {
    List<String> names = new ArrayList<>(SidereusTopology.changelogs(config.applicationId()));
    names.add(SidereusTopology.repartitionTopic(config.applicationId()));
    names.add(StatePreparation.topic(config.applicationId()));
    return names;
  }

  private void topics(String principal, List<String> names, Set<AclOperation> operations) {
    for (String name : names) {
      ResourcePattern topic = new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL);
      operations.forEach(operation -> add(principal, topic, operation));
    }
  }

  private void add(String principal, ResourcePattern resource, AclOperation operation) {
    bindings.add(
        new AclBinding(
            resource,
            new AccessControlEntry(principal, EVERY_HOST, operation, AclPermissionType.ALLOW)));
  }

  private static String name(String principal) {
    return principal.substring(principal.indexOf(':') + 1);
  }

  private static String option(ResourceType type) {
    return switch (type) {
      case TOPIC -> "--topic";
      case GROUP -> "--group";
      case TRANSACTIONAL_ID -> "--transactional-id";
      case CLUSTER -> "--cluster";
      default -> throw new IllegalStateException("no role has rights to a " + type);
    };
  }

  /** A word of the shell. */
  private static String quoted(String text) {
    return text.matches("[\\w.,:/\\[\\]@-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
