/** Recipes: all settings of a training as data, from a file to records. */
package org.sidereus.trainer.recipe;
