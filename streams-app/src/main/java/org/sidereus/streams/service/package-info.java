/**
 * One instance of the service from start to close: topics, schemas, bundles, stream and reports.
 */
package org.sidereus.streams.service;
