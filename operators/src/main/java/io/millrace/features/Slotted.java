package io.millrace.features;

import io.millrace.spec.FeaturesSpec.FeatureSpec;

/**
 * A feature and its place.
 *
 * @param slot the index in the vector
 */
record Slotted<F extends FeatureSpec>(int slot, F feature) {}
