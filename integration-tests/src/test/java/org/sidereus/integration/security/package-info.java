/** Encryption, passwords, and what must never be said. */
package org.sidereus.integration.security;
