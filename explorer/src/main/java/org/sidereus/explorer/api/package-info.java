/** The JSON API of the explorer, one class for each kind of record. */
package org.sidereus.explorer.api;
