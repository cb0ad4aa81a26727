package org.sidereus.benchmarks.stream;

import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.sidereus.streams.config.KafkaSettings;
import org.sidereus.streams.config.ServiceConfig;

/** The settings with which somebody runs a {@link OneByOneApplication}. Exactly once in both. */
enum OneByOneSettings {
  /** Those of Kafka Streams and ONNX Runtime: one stream thread, all cores in each evaluation. */
  DEFAULT {
    @Override
    int engineThreads() {
      return Runtime.getRuntime().availableProcessors();
    }

    @Override
    Properties streams(ServiceConfig config) {
      Properties settings = new Properties();
      settings.put(StreamsConfig.APPLICATION_ID_CONFIG, config.applicationId());
      settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
      settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
      settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
      settings.put(
          StreamsConfig.MAIN_CONSUMER_PREFIX + ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
      return settings;
    }
  },
  /** Those of the service: a stream thread for each core, compression, larger requests. */
  SENSIBLE {
    @Override
    int engineThreads() {
      return 1;
    }

    @Override
    Properties streams(ServiceConfig config) {
      return new KafkaSettings(config).streams();
    }
  };

  /** Threads of ONNX Runtime inside one evaluation. */
  abstract int engineThreads();

  /** Settings of Kafka Streams. */
  abstract Properties streams(ServiceConfig config);
}
