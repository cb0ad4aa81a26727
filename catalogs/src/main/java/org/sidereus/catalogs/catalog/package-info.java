/** Catalogues in files and the command that infers them. */
package org.sidereus.catalogs.catalog;
