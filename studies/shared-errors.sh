#!/usr/bin/env bash
# Makes mock groups whose [X/Fe] are differences of [X/H] and [Fe/H], so that they share the error of [Fe/H], and
# infers them with and without shared errors: the figures of docs/science/combination.md.
#   studies/shared-errors.sh YIELDS [stars=50] [groups=200] [error of X_H=0.03] [error of Fe_H=0.05] [bundle=gce-tng] \
#     [groups that are left out at the beginning=0] [seed of the errors=3] [folder=none]
# With a folder it keeps the tables there, for studies/joint-hmc/marginal.py, and infers with shared errors alone.
set -euo pipefail
cd "$(dirname "$0")/.."
yields=$1 stars=${2:-50} groups=${3:-200} error=${4:-0.03} iron=${5:-0.05} bundle=${6:-gce-tng} skipped=${7:-0}
seed=${8:-3} folder=${9:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mapfile -t galaxies < <(awk -v n="$groups" 'BEGIN {
  srand(7)
  for (g = 0; g < n; g++) {
    r = 0.3 * sqrt(-2 * log(1 - rand())); a = 6.283185307 * rand()
    printf "--galaxy=g%03d:%.5f:%.5f\n", g, -2.3 + r * cos(a), -2.89 + r * sin(a)
  } }')
./sidereus mock gce --yields "$yields" --stars "$stars" --seed 13 --noise 1e-9 "${galaxies[@]}" \
  --out "$work/exact.csv" --truth-out "$work/truth.csv" >"$work/log"
# The table of a survey: [X/H] and [Fe/H], each with an error of its own.
awk -F, -v OFS=, -v error="$error" -v iron="$iron" -v seed="$seed" '
  function normal() { return sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand()) }
  BEGIN { srand(seed) }
  FNR == 1 {
    for (i = 4; i <= NF; i++) if ($i !~ /_err$/) { names[++n] = $i; at[n] = i; if ($i == "Fe_H") fe = i }
    printf "star,group,Fe_H,Fe_H_err"
    for (k = 1; k <= n; k++) if (at[k] != fe) { x = names[k]; sub(/_Fe$/, "_H", x); printf ",%s,%s_err", x, x }
    printf "\n"; next
  }
  {
    printf "%s,%s,%.6f,%s", $1, $2, $fe + iron * normal(), iron
    for (k = 1; k <= n; k++) if (at[k] != fe) printf ",%.6f,%s", $at[k] + $fe + error * normal(), error
    printf "\n"
  }' "$work/exact.csv" | awk -F, -v from="$(printf 'g%03d' "$skipped")" 'NR == 1 || $2 >= from' >"$work/stars.csv"
mapping() { # whether columns are shared
  printf '{"format": 1, "source": {"kind": "csv"}, "id_column": "star", "group_column": "group",\n'
  printf ' "shared_columns": %s, "measurements": {\n' "$1"
  printf '  "Fe_H": {"value": {"column": "Fe_H", "error": "Fe_H_err"}}'
  for x in $(head -n 1 "$work/stars.csv" | tr , '\n' | grep '_H$' | grep -v '^Fe_H$'); do
    printf ',\n  "%s": {"value": {"difference": [{"column": "%s", "error": "%s_err"}, ' "${x%_H}_Fe" "$x" "$x"
    printf '{"column": "Fe_H", "error": "Fe_H_err"}]}}'
  done
  printf '}}\n'
}
cases=(true false)
if [ -n "$folder" ]; then cases=(true); fi
for shared in "${cases[@]}"; do
  mapping "$shared" >"$work/mapping.json"
  ./sidereus infer --bundle "$bundle" --in "$work/stars.csv" --mapping "$work/mapping.json" \
    --out "$work/posteriors.csv" --groups-out "$work/groups.csv" >>"$work/log"
  if [ -n "$folder" ]; then
    mkdir -p "$folder"
    cp "$work"/{truth,stars,posteriors,groups}.csv "$folder"
  fi
  awk -F, -v stars="$stars" -v shared="$shared" '
    FNR == 1 { split("", at); for (i = 1; i <= NF; i++) at[$i] = i; file++; next }
    file == 1 { for (name in at) if (name != "group") truth[$1, name] = $at[name]; next }
    FNR == 2 && file == 2 { p[1] = "alpha_IMF"; p[2] = "log10_N_Ia"; centre[1] = -2.3; centre[2] = -2.89 }
    file == 2 {
      n++; flagged += $at["flags"] != ""; unusable += $at["flags"] ~ /OUT_OF_SUPPORT|UNRELIABLE/
      for (i = 1; i <= 2; i++) {
        t = truth[$1, p[i]]; z = ($at[p[i] "_mean"] - t) / $at[p[i] "_sd"]
        square[i] += z * z; sum[i] += z; sd[i] += $at[p[i] "_sd"]
        far = (t - centre[i]) / 0.3; apart = i == 1 ? far * far : apart + far * far; found[i] = z
        in68[i] += $at[p[i] "_q16"] < t && t < $at[p[i] "_q84"]
        in95[i] += $at[p[i] "_q025"] < t && t < $at[p[i] "_q975"]
      }
      ring = int(sqrt(apart)); if (ring > 2) ring = 2
      groups[ring]++; for (i = 1; i <= 2; i++) inside[ring, i] += found[i] ^ 2
      size[n] = found[1] ^ 2 > found[2] ^ 2 ? found[1] ^ 2 : found[2] ^ 2
      line[n] = sprintf("%s at %.1f prior sd %+.1f %+.1f", $1, sqrt(apart), found[1], found[2])
      next
    }
    { objects++; low += $at["flags"] ~ /LOW_EFFECTIVE/; misfit += $at["flags"] ~ /MODEL_MISFIT/; chi += $at["chi_square"] }
    END {
      printf "shared errors %s, %d groups of %d: ", shared == "true" ? "declared" : "not declared", n, stars
      printf "(mean - truth)/sd, rms %.2f %.2f, mean %+.2f %+.2f; mean sd %.4f %.4f; ",
        sqrt(square[1] / n), sqrt(square[2] / n), sum[1] / n, sum[2] / n, sd[1] / n, sd[2] / n
      printf "in 68 %% %.1f %.1f; in 95 %% %.1f %.1f; ",
        100 * in68[1] / n, 100 * in68[2] / n, 100 * in95[1] / n, 100 * in95[2] / n
      printf "groups flagged %.1f %%, unusable %.1f %%; ", 100 * flagged / n, 100 * unusable / n
      printf "of the stars too few effective samples %.2f %%, misfit %.2f %%, mean chi-square %.2f\n",
        100 * low / objects, 100 * misfit / objects, chi / objects
      for (ring = 0; ring <= 2; ring++) if (groups[ring])
        printf "  rms of (mean - truth)/sd, %d groups %s prior sd from the mean of the prior: %.2f %.2f\n", groups[ring],
          ring == 2 ? "2 or more" : ring " to " ring + 1,
          sqrt(inside[ring, 1] / groups[ring]), sqrt(inside[ring, 2] / groups[ring])
      printf "  farthest off:"
      for (k = 1; k <= 5 && k <= n; k++) {
        worst = 1; for (g = 2; g <= n; g++) if (size[g] > size[worst]) worst = g
        printf "%s %s", (k > 1 ? ";" : ""), line[worst]; size[worst] = -1
      }
      printf "\n"
    }' "$work/truth.csv" "$work/groups.csv" "$work/posteriors.csv"
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "ess") at = i; next } { print $at }' \
    "$work/posteriors.csv" | sort -g | awk '{ all[NR] = $1 }
      END { printf "  effective samples: 1 %% quantile %.0f, median %.0f\n", all[1 + int(NR / 100)], all[1 + int(NR / 2)] }'
done
