package org.sidereus.schemas.registry;

import org.apache.avro.Schema;

/** A registry in an outage. */
final class RegistryThatIsAway implements RegistryClient {
  private static RegistryUnreachableException away() {
    return new RegistryUnreachableException("away");
  }

  @Override
  public int register(String subject, Schema schema) {
    throw away();
  }

  @Override
  public int idOf(String subject, Schema schema) {
    throw away();
  }

  @Override
  public Schema schema(int id) {
    throw away();
  }

  @Override
  public RegisteredSchema latest(String subject) {
    throw away();
  }

  @Override
  public boolean isCompatible(String subject, Schema schema) {
    throw away();
  }
}
