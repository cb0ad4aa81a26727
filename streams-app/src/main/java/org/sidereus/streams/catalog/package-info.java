/** Catalogues as observations: reading, publishing and replaying them. */
package org.sidereus.streams.catalog;
