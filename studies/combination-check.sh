#!/usr/bin/env bash
# Makes mock groups with shared parameters drawn from the prior, infers them and compares them with their truth:
# the figures of docs/science/combination.md. With another bundle it also says which of the two the evidence prefers.
#   studies/combination-check.sh YIELDS [stars=100] [groups=200] [yield set=tng] [bundle=gce-tng] [other bundle]
set -euo pipefail
cd "$(dirname "$0")/.."
yields=$1 stars=${2:-100} groups=${3:-200} set=${4:-tng} bundle=${5:-gce-tng} other=${6:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mapfile -t galaxies < <(awk -v n="$groups" 'BEGIN {
  srand(5)
  for (g = 0; g < n; g++) {
    r = 0.3 * sqrt(-2 * log(1 - rand())); a = 6.283185307 * rand()
    printf "--galaxy=g%03d:%.5f:%.5f\n", g, -2.3 + r * cos(a), -2.89 + r * sin(a)
  } }')
./sidereus mock gce --yields "$yields" --yield-set "$set" --stars "$stars" --seed 11 "${galaxies[@]}" \
  --out "$work/stars.csv" --truth-out "$work/truth.csv" >"$work/log"
infer() { # bundle, table of the groups
  ./sidereus infer --bundle "$1" --in "$work/stars.csv" --group-column group --out "$work/posteriors.csv" \
    --groups-out "$2" >>"$work/log"
}
infer "$bundle" "$work/groups.csv"
awk -F, -v stars="$stars" -v set="$set" '
  FNR == 1 { split("", at); for (i = 1; i <= NF; i++) at[$i] = i; file++; next }
  file == 1 { for (name in at) if (name != "group") truth[$1, name] = $at[name]; next }
  FNR == 2 && file == 2 { p[1] = "alpha_IMF"; p[2] = "log10_N_Ia" }
  {
    n++; all = 1; flagged += $at["flags"] != ""
    disagree += $at["flags"] ~ /HETEROGENEOUS/; misfit += $at["flags"] ~ /MODEL_MISFIT/
    for (i = 1; i <= 2; i++) {
      t = truth[$1, p[i]]; z = ($at[p[i] "_mean"] - t) / $at[p[i] "_sd"]; square[i] += z * z
      in68[i] += $at[p[i] "_q16"] < t && t < $at[p[i] "_q84"]
      in95[i] += $at[p[i] "_q025"] < t && t < $at[p[i] "_q975"]
      z = ($at[p[i] "_robust_mean"] - t) / $at[p[i] "_robust_sd"]; if (z < 0) z = -z
      if (z >= 2) all = 0
    }
    robust += all
  }
  END {
    printf "%s, %d groups of %d: ", set, n, stars
    printf "rms of (mean - truth)/sd %.2f %.2f; in 68 %% %.1f %.1f; in 95 %% %.1f %.1f; ",
      sqrt(square[1] / n), sqrt(square[2] / n),
      100 * in68[1] / n, 100 * in68[2] / n, 100 * in95[1] / n, 100 * in95[2] / n
    printf "HETEROGENEOUS %.1f %%, MODEL_MISFIT %.1f %%, either %.1f %%; both truths within 2 robust sd %.1f %%\n",
      100 * disagree / n, 100 * misfit / n, 100 * flagged / n, 100 * robust / n
  }' "$work/truth.csv" "$work/groups.csv"
if [ -n "$other" ]; then
  infer "$other" "$work/other.csv"
  awk -F, -v bundle="$bundle" -v other="$other" -v stars="$stars" '
    FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; file++; next }
    file == 1 { evidence[$1] = $at["log_evidence"]; next }
    { d = evidence[$1] - $at["log_evidence"]; n++; preferred += d > 0; sum += d; if (n == 1 || d < least) least = d }
    END {
      printf "the evidence prefers %s to %s for %.1f %% of %d groups; ", bundle, other, 100 * preferred / n, n
      printf "ln of the Bayes factor %.2f per star, least of a group %.1f\n", sum / n / stars, least
    }' "$work/groups.csv" "$work/other.csv"
fi
