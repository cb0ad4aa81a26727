#!/usr/bin/env bash
# The galaxies of docs/science/paper.md: infers mock galaxies of the simulator and a galaxy of a cosmological
# simulation after 1, 10, 100, 200, 500 and 1,000 stars.
#   studies/paper.sh YIELDS TNG_GALAXY.csv [bundle=gce-tng]
set -euo pipefail
cd "$(dirname "$0")/.."
yields=$1 simulated=$2 bundle=${3:-gce-tng}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The first stars of a catalogue, once for each number of stars; each number is a group of its own, with objects of its
# own: an object is in one group.
first_stars() {
  tr -d "\r" <"$1" | awk -F, 'NR == 1 { print $0 ",first,star_of"; next }
    { split("1 10 100 200 500 1000", sizes, " ")
      for (i in sizes) if (NR - 1 <= sizes[i]) print $0 ",n" sizes[i] "," sizes[i] "-" NR - 1 }'
}

judge() { # title, catalogue, judging bundle
  first_stars "$2" >"$work/first.csv"
  ./sidereus infer --bundle "$3" --in "$work/first.csv" --group-column first --id-column star_of \
    --out "$work/posteriors.csv" --groups-out "$work/groups.csv" >"$work/log"
  echo "$1 (judged with $3)"
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { printf "  %4d stars  alpha_IMF %.3f +- %.3f (robust %.3f)  log10_N_Ia %.3f +- %.3f (robust %.3f)" \
        "  misfit %.2f  log evidence %.0f  %s\n",
        $at["n"], $at["alpha_IMF_mean"], $at["alpha_IMF_sd"], $at["alpha_IMF_robust_sd"],
        $at["log10_N_Ia_mean"], $at["log10_N_Ia_sd"], $at["log10_N_Ia_robust_sd"],
        $at["misfit"], $at["log_evidence"], $at["flags"] }' "$work/groups.csv" | sort -k1n
}

mock() { # file, yield set, alpha_IMF, log10_N_Ia
  ./sidereus mock gce --yields "$yields" --yield-set "$2" --group mock --alpha-imf "$3" --log10-n-ia "$4" \
    --stars 1000 --seed 1 --out "$work/$1" >"$work/log"
}

mock tng.csv tng -2.3 -2.89
mock alternative.csv alternative -2.3 -2.89
mock other.csv tng -2.1 -3.0
judge "mock galaxy, TNG yields, truth -2.3, -2.89" "$work/tng.csv" "$bundle"
judge "mock galaxy, TNG yields, truth -2.1, -3.0" "$work/other.csv" "$bundle"
judge "mock galaxy, alternative yields, truth -2.3, -2.89" "$work/alternative.csv" "$bundle"
judge "the same" "$work/alternative.csv" gce-alternative
judge "mock galaxy, TNG yields, truth -2.3, -2.89" "$work/tng.csv" gce-alternative
judge "galaxy of IllustrisTNG, truth -2.3, -2.89" "$simulated" "$bundle"
