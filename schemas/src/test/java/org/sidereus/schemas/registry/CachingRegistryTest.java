package org.sidereus.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class CachingRegistryTest {
  private final InMemoryRegistry behind = new InMemoryRegistry();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong nowNs = new AtomicLong(Long.MAX_VALUE - 5); // clocks may wrap
  private final CachingRegistry registry =
      new CachingRegistry(new Counted(), Duration.ofSeconds(10), nowNs::get);
  private final Schema schema = SchemaBuilder.builder().longType();

  @Test
  void shouldAskForEachSchemaOnce() {
    for (int i = 0; i < 3; i++) {
      assertThat(registry.register("s", schema)).isEqualTo(1);
      assertThat(registry.idOf("s", schema)).isEqualTo(1);
      assertThat(registry.schema(1)).isEqualTo(schema);
    }

    assertThat(calls).hasValue(2); // one to register, one to fetch
  }

  @Test
  void shouldAskForAnUnknownIdAgainAfterAWhile() {
    assertUnknown();
    assertUnknown();
    assertThat(calls).hasValue(1);
    behind.register("s", schema);
    nowNs.addAndGet(Duration.ofSeconds(9).toNanos());
    assertUnknown();

    nowNs.addAndGet(Duration.ofSeconds(2).toNanos());

    assertThat(registry.schema(1)).isEqualTo(schema);
    assertThat(calls).hasValue(2);
  }

  private void assertUnknown() {
    assertThatThrownBy(() -> registry.schema(1)).isInstanceOf(UnknownSchemaException.class);
  }

  @Test
  void shouldNotRememberAnOutage() {
    AtomicInteger outages = new AtomicInteger(2);
    behind.register("s", schema);
    CachingRegistry flaky =
        new CachingRegistry(new Counted(outages), Duration.ofSeconds(10), nowNs::get);

    assertThatThrownBy(() -> flaky.schema(1)).isInstanceOf(RegistryUnreachableException.class);
    assertThatThrownBy(() -> flaky.idOf("s", schema))
        .isInstanceOf(RegistryUnreachableException.class);
    assertThat(flaky.schema(1)).isEqualTo(schema);
    assertThat(flaky.idOf("s", schema)).isEqualTo(1);
  }

  private final class Counted implements RegistryClient {
    private final AtomicInteger outages;

    Counted() {
      this(new AtomicInteger());
    }

    Counted(AtomicInteger outages) {
      this.outages = outages;
    }

    private RegistryClient ask() {
      calls.incrementAndGet();
      if (outages.getAndDecrement() > 0) {
        throw new RegistryUnreachableException("away");
      }
      return behind;
    }

    @Override
    public int register(String subject, Schema schema) {
      return ask().register(subject, schema);
    }

    @Override
    public int idOf(String subject, Schema schema) {
      return ask().idOf(subject, schema);
    }

    @Override
    public Schema schema(int id) {
      return ask().schema(id);
    }

    @Override
    public RegisteredSchema latest(String subject) {
      return ask().latest(subject);
    }

    @Override
    public boolean isCompatible(String subject, Schema schema) {
      return ask().isCompatible(subject, schema);
    }
  }
}
