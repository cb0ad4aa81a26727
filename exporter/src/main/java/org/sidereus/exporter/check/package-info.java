/** Whether a bundle does what its manifest says: each fault has a name. */
package org.sidereus.exporter.check;
