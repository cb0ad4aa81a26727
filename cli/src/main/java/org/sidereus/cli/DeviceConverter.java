package org.sidereus.cli;

import java.util.Locale;
import org.sidereus.engine.inference.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the device of an engine: auto, cpu, cuda or cuda:N, in any case. */
public final class DeviceConverter implements ITypeConverter<Device> {
  @Override
  public Device convert(String text) {
    try {
      return Device.parse(text.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
