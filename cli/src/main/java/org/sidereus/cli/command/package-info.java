/** Commands that need nothing but the engine: what bundles there are, and what each is. */
package org.sidereus.cli.command;
