/** The example of docs/guide/java.md, which compiles and runs as it stands. */
package org.sidereus.engine.example;
