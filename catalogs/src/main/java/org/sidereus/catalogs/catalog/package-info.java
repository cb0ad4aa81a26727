/** Catalogues: which columns of a table identify an object, and what its rows measure. */
package org.sidereus.catalogs.catalog;
