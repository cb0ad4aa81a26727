package org.sidereus.schemas.registry;

import java.lang.reflect.InvocationTargetException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;

/** A class named by the configuration. */
final class NamedClass {
  private NamedClass() {}

  /**
   * A new object of a class by its constructor without arguments.
   *
   * @throws ConfigException if there is no such class, or it is not of the role, or fails
   */
  static <T> T instantiate(String key, String name, Class<T> role) {
    Object made;
    try {
      made =
          Class.forName(name, true, Utils.getContextOrKafkaClassLoader())
              .getConstructor()
              .newInstance();
    } catch (ClassNotFoundException e) {
      throw new ConfigException(
          key, name, "no such class on the class path; check the name or add its jar");
    } catch (InvocationTargetException e) {
      throw new ConfigException(key, name, "its constructor failed: " + e.getCause());
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new ConfigException(key, name, "needs a public constructor without arguments: " + e);
    }
    if (!role.isInstance(made)) {
      throw new ConfigException(key, name, "does not implement " + role.getName());
    }
    return role.cast(made);
  }
}
