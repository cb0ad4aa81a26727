/** Mappings explained against a table, and proposed for one. */
package org.sidereus.catalogs.check;
