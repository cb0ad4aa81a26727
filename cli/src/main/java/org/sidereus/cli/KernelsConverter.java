package org.sidereus.cli;

import java.util.Locale;
import org.sidereus.engine.inference.Kernels;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads whether an engine may use the kernel of machine code: auto, float32 or none, in any case.
 */
public final class KernelsConverter implements ITypeConverter<Kernels> {
  @Override
  public Kernels convert(String text) {
    try {
      return Kernels.parse(text.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
