/** Encryption, passwords, and secrets that no output shows. */
package org.sidereus.integration.security;
