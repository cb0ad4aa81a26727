#!/usr/bin/env bash
# The real galaxies of docs/science/sed.md: how many have a posterior and a flag, and their masses beside what
# fluxes and redshifts imply.
#   studies/galaxies.sh GALAXIES.csv [bundle=sed-provabgs]
set -euo pipefail
cd "$(dirname "$0")/.."
galaxies=$1 bundle=${2:-sed-provabgs}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

./sidereus infer --bundle "$bundle" --mapping surveys/sdss-galaxies.json --in "$galaxies" --skip-incomplete --times \
  --out "$work/posteriors.csv"

median() {
  sort -g | awk '{ value[NR] = $1 }
    END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

# One line for each galaxy with a posterior: redshift, absolute magnitude in i and g - i (neither with a K correction),
# mean and sd of the mass, effective sample size, flags. Distances: flat, H0 = 67.77 km/s/Mpc, Omega_m = 0.307.
awk -F, '
  function distance(z,  i, sum) { # luminosity distance in Mpc, Simpson
    for (i = 0; i <= 100; i++)
      sum += (i == 0 || i == 100 ? 1 : i % 2 ? 4 : 2) / sqrt(0.307 * (1 + i * z / 100) ^ 3 + 0.693)
    return (1 + z) * 299792.458 / 67.77 * sum * z / 300
  }
  { sub("\r$", "") }
  FNR == 1 { delete at; for (i = 1; i <= NF; i++) at[$i] = i; next }
  NR == FNR {
    redshift[$at["row"]] = $at["redshift"]; g[$at["row"]] = $at["nmgy_g"]; i_band[$at["row"]] = $at["nmgy_i"]
    next
  }
  { row = $at["object"]
    mag_i = 22.5 - 2.5 * log(i_band[row]) / log(10)
    print redshift[row], mag_i - 5 * log(distance(redshift[row]) * 1e5) / log(10),
      -2.5 * log(g[row] / i_band[row]) / log(10), $at["log10_M_formed_mean"], $at["log10_M_formed_sd"],
      $at["ess"], ($at["flags"] == "" ? "-" : $at["flags"])
  }' "$galaxies" "$work/posteriors.csv" >"$work/joined"

for flag in OUT_OF_SUPPORT MODEL_MISFIT LOW_EFFECTIVE_SAMPLE_SIZE; do
  awk -v flag=$flag 'index($0, flag) { n++; if ($1 > 0.2) far++ }
    END { printf "%s: %d of %d (%.1f %%), %d of them at z > 0.2\n", flag, n, NR, 100 * n / NR, far }' "$work/joined"
done
echo "effective sample size, median: $(awk '{ print $6 }' "$work/joined" | median)"
echo "sd of log10_M_formed, median: $(awk '{ print $5 }' "$work/joined" | median)"
awk '$7 == "-" { n++; x = $2 + 20; y = $4; sx += x; sy += y; sxx += x * x; sxy += x * y; syy += y * y }
  END {
    slope = (n * sxy - sx * sy) / (n * sxx - sx * sx); zero = (sy - slope * sx) / n
    scatter = sqrt((syy - zero * sy - slope * sxy) / n)
    printf "%d without a flag: log10 M = %.3f %+.3f (M_i + 20), scatter %.3f dex\n", n, zero, slope, scatter
  }' "$work/joined"
taylor=$(awk '$7 == "-" { print $4 - (1.15 + 0.70 * $3 - 0.4 * $2) }' "$work/joined" | median)
echo "minus the mass of Taylor et al. (2011), 1.15 + 0.70 (g - i) - 0.4 M_i, median: $taylor"
