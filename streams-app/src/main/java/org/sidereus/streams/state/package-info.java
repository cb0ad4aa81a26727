/** The binary form of everything that the stream stores. */
package org.sidereus.streams.state;
