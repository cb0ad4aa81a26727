/** The ledger of each observation partition, and the meters of the process. */
package org.sidereus.streams.ledger;
