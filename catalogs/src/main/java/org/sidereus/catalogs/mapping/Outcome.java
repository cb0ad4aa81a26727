package org.sidereus.catalogs.mapping;

/** What a row gives for an observable or covariate: a measurement, or why there is none. */
public sealed interface Outcome permits Mapped, Missing {}
