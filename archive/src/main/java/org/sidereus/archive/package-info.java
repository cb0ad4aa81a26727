/** Posteriors in Parquet files: batches of a partition, committed one after the other. */
package org.sidereus.archive;
