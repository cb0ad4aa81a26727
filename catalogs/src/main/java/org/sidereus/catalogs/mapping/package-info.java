/** How the columns of a survey's table become measurements: mapping files. */
package org.sidereus.catalogs.mapping;
