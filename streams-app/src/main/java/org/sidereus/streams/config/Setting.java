package org.sidereus.streams.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a field of {@link ServiceConfig} that a key of the configuration sets. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface Setting {
  /** Name of the key. */
  String key();

  /** What the key does, with the unit of its value. */
  String doc();

  /** Least value of a number. */
  long min() default Long.MIN_VALUE;

  /** Greatest value of a number. */
  long max() default Long.MAX_VALUE;
}
