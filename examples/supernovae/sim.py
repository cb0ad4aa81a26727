"""Type Ia supernovae: the light-curve parameters of SALT2 of a supernova at a redshift, without noise.

Tripp (1998): m_B = mu(z) + M - alpha x1 + beta c, with a residual of each supernova. Flat Lambda-CDM with
H0 = 70 km/s/Mpc and Omega_m = 0.3 gives the distance modulus mu (Hogg 1999, equations 15, 16, 21 and 25).
"""

import numpy as np

from sidereus.simulator import serve

INPUTS = [
    "absolute_magnitude",
    "stretch_slope",
    "colour_slope",
    "stretch",
    "colour",
    "residual",
    "log10_redshift",
]
OBSERVABLES = ["m_B", "x1", "c"]

SPEED_OF_LIGHT = 299792.458  # km / s
HUBBLE = 70.0  # km / s / Mpc
MATTER = 0.3
REDSHIFTS = np.concatenate([[0.0], np.geomspace(1e-3, 2, 4000)])
INVERSE_RATES = 1 / np.sqrt(MATTER * (1 + REDSHIFTS) ** 3 + 1 - MATTER)
STEPS = np.diff(REDSHIFTS) * (INVERSE_RATES[1:] + INVERSE_RATES[:-1]) / 2
DISTANCES = SPEED_OF_LIGHT / HUBBLE * np.concatenate([[0.0], np.cumsum(STEPS)])  # comoving, Mpc


def distance_modulus(redshift):
    return 5 * np.log10((1 + redshift) * np.interp(redshift, REDSHIFTS, DISTANCES)) + 25


def supernovae(inputs):
    """Inputs [N, 7] to observables [N, 3]."""
    magnitude, alpha, beta, x1, c, residual, log10_redshift = inputs.T
    m_b = distance_modulus(10**log10_redshift) + magnitude - alpha * x1 + beta * c + residual
    return np.column_stack([m_b, x1, c])


if __name__ == "__main__":
    serve(supernovae, INPUTS, OBSERVABLES)
