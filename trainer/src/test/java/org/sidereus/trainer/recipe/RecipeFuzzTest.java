package org.sidereus.trainer.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidereus.engine.SidereusException;
import org.sidereus.testing.Fuzz;

/** Damages the recipes of the folder {@code recipes} by a seed and reads them. */
@Tag("fuzz")
class RecipeFuzzTest {
  private static final Path RECIPES = Path.of(System.getProperty("sidereus.home"), "recipes");

  @TempDir private Path folder;

  @Test
  void shouldReadOrRefuseDamagedRecipes() throws IOException {
    new Fuzz("recipe", SidereusException.class, Fuzz.bytes(recipes()))
        .run(folder, file -> RecipeDraft.read(file).recipe());
  }

  private static List<Path> recipes() throws IOException {
    try (Stream<Path> files = Files.list(RECIPES)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }
}
