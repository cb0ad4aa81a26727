/** What tests of several packages of the exporter share. */
package org.sidereus.exporter;
