/**
 * Whether the posteriors of a bundle are right: comparisons with the truth of mock objects and
 * groups, and with long reference chains. Definitions: {@code docs/science/validation.md}.
 */
package org.sidereus.validation;
