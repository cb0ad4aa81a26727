package org.sidereus.catalogs.mapping;

/** What an expression gives in a row: an estimate, or why there is none. */
public sealed interface Value permits Estimate, Missing {}
