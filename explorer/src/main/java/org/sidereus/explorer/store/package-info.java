/** The explorer's database: what it keeps of the topics, with the offsets it has read up to. */
package org.sidereus.explorer.store;
