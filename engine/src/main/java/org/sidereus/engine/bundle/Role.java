package org.sidereus.engine.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a parameter belongs to. */
public enum Role {
  /** One value for all objects of a group; combined over the group. */
  @JsonProperty("shared")
  SHARED,
  /** One value for each object; never combined. */
  @JsonProperty("local")
  LOCAL
}
