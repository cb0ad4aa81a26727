/** The serde with schema registries and serdes of other makers. */
package org.sidereus.integration.registry;
