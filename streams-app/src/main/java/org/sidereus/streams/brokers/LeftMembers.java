package org.sidereus.streams.brokers;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Members of the consumer group that are gone and that the brokers do not know to be gone: a
 * consumer that ends while no broker responds cannot say so, and Kafka Streams does not say it of a
 * thread that has failed. The group waits for such a member until the end of its session, and its
 * partitions have no thread so long. So this class takes it out of the group. Kafka's {@code Admin}
 * can do so only for members with a {@code group.instance.id}. Safe for threads.
 */
public final class LeftMembers {
  private static final Logger LOG = LoggerFactory.getLogger(LeftMembers.class);
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** From this version on a request names several members. */
  private static final short SEVERAL = 3;

  private final Admin admin;
  private final String group;
  private final BrokerRequests requests;
  private final Set<String> members = ConcurrentHashMap.newKeySet();

  /**
   * Of a group.
   *
   * @param settings of an administration client, for further clients
   */
  public LeftMembers(Admin admin, Map<String, Object> settings, String group) {
    this.admin = admin;
    this.group = group;
    this.requests = new BrokerRequests(settings, "sidereus-members", PATIENCE);
  }

  /**
   * Enters a member that is gone.
   *
   * @param id which the brokers have given to it
   */
  public void add(String id) {
    members.add(id);
  }

  /** Takes those that are still in the group out of it. Called while the brokers respond. */
  public void leave() {
    if (members.isEmpty()) {
      return;
    }
    try {
      ConsumerGroupDescription now =
          Objects.requireNonNull(
                  admin.describeConsumerGroups(List.of(group)).describedGroups().get(group), group)
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      members.retainAll(
          now.members().stream().map(MemberDescription::consumerId).collect(Collectors.toSet()));
      List<MemberIdentity> left =
          members.stream().map(one -> new MemberIdentity().setMemberId(one)).toList();
      if (!left.isEmpty()) {
        requests.send(now.coordinator(), new LeaveGroupRequest.Builder(group, left), SEVERAL);
        LOG.debug("members of '{}' that are gone have left it: {}", group, members);
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        members.clear();
      } else {
        LOG.debug("the group '{}' cannot be described", group, e);
      }
    } catch (TimeoutException | IOException | KafkaException e) {
      // Tried again, and in vain once the sessions have ended.
      LOG.debug("the members that are gone cannot leave '{}'", group, e);
    } catch (InterruptedException e) {
      throw new InterruptException("interrupted while waiting for the brokers", e);
    }
  }
}
