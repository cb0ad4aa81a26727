/** The page with figures of an inferred catalogue. */
package org.sidereus.catalogs.report;
