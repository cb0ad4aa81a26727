package org.sidereus.streams.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class StoreFilesTest {
  @TempDir private Path folder;

  /** 960 stores of 192 partitions took 3.8 GB when they were empty. */
  @Test
  void shouldTakeLittleOnDiskForAnEmptyStore()
      throws RocksDBException, IOException, InterruptedException {
    RocksDB.loadLibrary();
    StoreFiles files = new StoreFiles();
    try (Options options = new Options().setCreateIfMissing(true)) {
      AtomicInteger opened = new AtomicInteger();
      Runnable onOpen = opened::incrementAndGet;
      files.setConfig("store", options, Map.of(StoreFiles.ON_OPEN, onOpen));
      assertThat(opened).hasValue(1);
      try (RocksDB open = RocksDB.open(options, folder.toString())) {
        assertThat(open.getName()).isEqualTo(folder.toString());
        assertThat(kilobytes()).isLessThan(200);
      }
      files.close("store", options);
    }
  }

  /** What is reserved counts, although the files are shorter. */
  private long kilobytes() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(List.of("du", "-sk", folder.toString()))
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return Long.parseLong(text.split("\\s")[0]);
  }
}
