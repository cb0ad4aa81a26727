/** Tables in files, row by row: CSV and FITS binary tables. */
package org.sidereus.catalogs.table;
