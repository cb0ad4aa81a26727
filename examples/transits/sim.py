"""Transits of planets on circular orbits: what a survey would measure of them, without noise.

Seager and Mallen-Ornelas (2003), equations 1 to 4; linear limb darkening, with 0.6 of the blue coefficient in the red.
"""

import numpy as np

from sidereus.simulator import serve

INPUTS = ["log10_density", "limb_blue", "log10_radius_ratio", "impact", "log10_period"]
OBSERVABLES = ["log10_depth_blue", "log10_depth_red", "log10_duration", "log10_ingress"]

GRAVITATIONAL_CONSTANT = 6.674e-8  # cm3 / (g s2)
SECONDS_OF_A_DAY = 86400.0
RED_OF_BLUE = 0.6


def transits(inputs):
    """Inputs [N, 5] to observables [N, 4]; NaN where the planet does not pass the disc completely."""
    log10_density, limb_blue, log10_ratio, impact, log10_period = inputs.T
    ratio = 10**log10_ratio
    period = 10**log10_period * SECONDS_OF_A_DAY
    # Kepler's third law: the radius of the orbit in radii of the star.
    orbit = np.cbrt(GRAVITATIONAL_CONSTANT * 10**log10_density * period**2 / (3 * np.pi))
    sine_of_inclination = np.sqrt(1 - (impact / orbit) ** 2)

    def hours(reach):
        """Time during which the centres are closer than `reach` radii of the star."""
        chord = np.sqrt(reach**2 - impact**2)
        return period / np.pi * np.arcsin(chord / (orbit * sine_of_inclination)) / 3600

    def log10_depth(limb):
        """At the middle of the transit, with the brightness of the disc there over the mean one."""
        brightness = (1 - limb * (1 - np.sqrt(1 - impact**2))) / (1 - limb / 3)
        return np.log10(ratio**2 * brightness)

    outer, inner = hours(1 + ratio), hours(1 - ratio)
    ingress = (outer - inner) / 2
    return np.column_stack(
        [log10_depth(limb_blue), log10_depth(RED_OF_BLUE * limb_blue), np.log10(outer), np.log10(ingress)]
    )


if __name__ == "__main__":
    with np.errstate(invalid="ignore"):  # void runs give NaN
        serve(transits, INPUTS, OBSERVABLES)
