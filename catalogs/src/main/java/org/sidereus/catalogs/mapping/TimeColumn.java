package org.sidereus.catalogs.mapping;

import org.sidereus.catalogs.time.TimeStyle;

/**
 * Where a mapping says that the time of observation is.
 *
 * @param column its column
 * @param style how it is written
 */
public record TimeColumn(String column, TimeStyle style) {}
