"""Split R-hat and bulk effective sample size of Vehtari et al. (2021, Bayesian Analysis 16, 667), rank-normalised."""

import numpy as np
from scipy.special import ndtri
from scipy.stats import rankdata


def _split(draws):
    """Draws [iterations, chains] with the halves of each chain as chains of their own."""
    half = len(draws) // 2
    return np.concatenate([draws[:half], draws[-half:]], 1)


def _normal_scores(draws):
    ranks = rankdata(draws, method="average").reshape(draws.shape)
    return ndtri((ranks - 0.375) / (draws.size + 0.25))


def _variances(draws):
    """Mean variance within chains and the pooled estimate."""
    n = len(draws)
    within = draws.var(0, ddof=1).mean()
    return within, within * (n - 1) / n + draws.mean(0).var(ddof=1)


def r_hat(draws):
    """The larger of the R-hats of location and of scale, of draws [iterations, chains]."""
    split = _split(draws)
    values = []
    for d in (split, np.abs(split - np.median(split))):
        within, pooled = _variances(_normal_scores(d))
        values.append(np.sqrt(pooled / within))
    return max(values)


def bulk_ess(draws):
    """Effective sample size of the location of draws [iterations, chains]."""
    d = _normal_scores(_split(draws))
    n, chains = d.shape
    within, pooled = _variances(d)
    centred = d - d.mean(0)
    f = np.fft.rfft(centred, 2 * n, axis=0)
    covariance = np.fft.irfft(f * np.conj(f), axis=0)[:n].mean(1) / n * n / (n - 1)
    rho = 1 - (within - covariance) / pooled
    rho[0] = 1
    total, lowest = -1.0, np.inf
    for t in range(0, n - 1, 2):  # Geyer's initial monotone sequence
        pair = rho[t] + rho[t + 1]
        if pair < 0:
            break
        lowest = min(lowest, pair)
        total += 2 * lowest
    return n * chains / max(total, 1 / np.log10(n * chains))
