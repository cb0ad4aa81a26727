#!/usr/bin/env bash
# What ages add to single stars and to groups of 10 and 100 mock stars, and what they do to the galaxy of a
# cosmological simulation: the figures of docs/science/ages.md.
#   studies/ages.sh YIELDS TNG_GALAXY.csv [groups=100] [bundle=gce-tng]
set -euo pipefail
cd "$(dirname "$0")/.."
yields=$1 simulated=$2 groups=${3:-100} bundle=${4:-gce-tng}
universe=13.797617 # of the model, as the manifest of the bundle says
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mapping() { # file, more measurements
  {
    printf '{"format": 1, "source": {"kind": "csv"}, "id_column": "star", "group_column": "members", "measurements": {'
    for name in C_Fe Fe_H He_Fe Mg_Fe N_Fe Ne_Fe O_Fe Si_Fe; do
      printf '"%s": {"value": {"column": "%s", "error": "%s_err"}},' $name $name $name
    done
    printf '%s}}\n' "$2"
  } | sed 's/,}}$/}}/' >"$1"
}
mapping "$work/without.json" ''
mapping "$work/age.json" '"T_birth_Gyr": {"age": {"column": "age", "error": "age_err"}}'
mapping "$work/same.json" '"T_birth_Gyr": {"age": {"column": "age_same", "error": "age_same_err"}}'
mapping "$work/quoted.json" '"T_birth_Gyr": {"age": {"column": "age", "error": "age_quoted_err"}}'
mapping "$work/birth.json" '"T_birth_Gyr": {"value": {"column": "T_birth_obs_Gyr", "error": "T_birth_err_Gyr"}}'

# Adds ages with errors of 20 % of the true age, the same with quoted errors of 20 % of the measured age, and ages with
# the same error for all stars, 20 % of the mean age.
with_ages() { # true times of birth: a column of the first file; the second file has the same rows
  awk -F, -v OFS=, -v universe="$universe" '
    BEGIN { srand(7) }
    { sub("\r$", "") }
    FNR == 1 { delete at; for (i = 1; i <= NF; i++) at[$i] = i; file++ }
    file == 1 { t[FNR] = ("T_birth_true_Gyr" in at) ? $at["T_birth_true_Gyr"] : $at["T_birth_Gyr"]; next }
    FNR == 1 { print $0, "age", "age_err", "age_quoted_err", "age_same", "age_same_err"; next }
    {
      age = universe - t[FNR]; error = 0.2 * age
      z = sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand())
      measured = age + error * z
      quoted = 0.2 * measured; if (quoted < 0.2) quoted = 0.2
      same = 0.2 * (universe - 7.4)
      printf "%s,%.5f,%.5f,%.5f,%.5f,%.5f\n", $0, measured, error, quoted, age + same * z, same
    }' "$1" "$2"
}

infer() { # name of the mapping, catalogue, more options
  local with=$1 catalogue=$2
  shift 2
  ./sidereus infer --bundle "$bundle" --mapping "$work/$with.json" --in "$catalogue" --out "$work/$with.stars.csv" \
    --groups-out "$work/$with.groups.csv" "$@" >>"$work/log"
}

# Medians of sds, mean and rms of (mean - truth) / sd: title, number of stars of the groups or regular expression for
# the groups of single stars, parameters, table of truths, table of posteriors
judge() {
  awk -F, -v title="$1" -v of="$2" -v names="$3" '
    function median(values, n,  sorted, i, j, x) {
      for (i = 1; i <= n; i++) {
        x = values[i]; for (j = i - 1; j > 0 && sorted[j] > x; j--) sorted[j + 1] = sorted[j]; sorted[j + 1] = x
      }
      return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
    }
    BEGIN { count = split(names, name, " "); single = of !~ /^[0-9]+$/ }
    FNR == 1 { delete at; for (i = 1; i <= NF; i++) at[$i] = i; file++; next }
    file == 1 { for (k = 1; k <= count; k++) truth[$1, k] = $at[name[k]]; next }
    single ? $at["group"] ~ of : $at["n"] == of {
      split($1, part, "/"); key = part[1]
      n++
      for (k = 1; k <= count; k++) {
        sd[k, n] = $at[name[k] "_sd"]; z = ($at[name[k] "_mean"] - truth[key, k]) / sd[k, n]; square[k] += z * z
        mean[k] += z
      }
      flagged += $at["flags"] != ""
    }
    END {
      printf "%-28s %5d", title, n
      for (k = 1; k <= count; k++) {
        for (i = 1; i <= n; i++) values[i] = sd[k, i]
        printf "  %s: sd %.4f, mean z %+.2f, rms z %.2f", name[k], median(values, n), mean[k] / n, sqrt(square[k] / n)
      }
      printf "  flagged %d\n", flagged
    }' "$4" "$5"
}

mapfile -t galaxies < <(awk -v n="$groups" 'BEGIN {
  srand(5)
  for (g = 0; g < n; g++) {
    r = 0.3 * sqrt(-2 * log(1 - rand())); a = 6.283185307 * rand()
    printf "--galaxy=g%03d:%.5f:%.5f\n", g, -2.3 + r * cos(a), -2.89 + r * sin(a)
  } }')
./sidereus mock gce --yields "$yields" --stars 100 --seed 12 "${galaxies[@]}" --out "$work/mock.csv" \
  --truth-out "$work/shared.csv" --local-truth-out "$work/local.csv" >"$work/log"
# The first 10 and the first 100 stars of each galaxy are groups of their own, with objects of their own: an object is
# in one group.
with_ages "$work/local.csv" "$work/mock.csv" | awk -F, -v OFS=, '
  NR == 1 { print $0, "members"; next }
  { seen[$2]++; star = $1; print $0, $2 "/100"; if (seen[$2] <= 10) { $1 = star "/10"; print $0, $2 "/10" } }' >"$work/stars.csv"
awk -F, -v OFS=, '
  FNR == 1 { file++ }
  file == 1 { shared[$1] = $2 OFS $3; next }
  { print $0, shared[$2] }' "$work/shared.csv" "$work/local.csv" >"$work/truth.csv"
for with in without same age quoted; do
  infer $with "$work/stars.csv"
  for n in 10 100; do
    judge "$n stars, $with" $n "alpha_IMF log10_N_Ia" "$work/shared.csv" "$work/$with.groups.csv"
  done
  judge "single stars, $with" "/10$" "alpha_IMF log10_N_Ia log10_SFE log10_SFR_peak x_out T_birth_Gyr" \
    "$work/truth.csv" "$work/$with.stars.csv"
done

echo "galaxy of IllustrisTNG, truth -2.3, -2.89"
with_ages "$simulated" "$simulated" | awk -F, -v OFS=, 'NR == 1 { print $0, "members"; next }
  { split("1 10 100 1000", sizes, " "); star = $1
    for (i in sizes) if (NR - 1 <= sizes[i]) { $1 = star "/" sizes[i]; print $0, "n" sizes[i] } }' \
  >"$work/tng.csv"
awk -F, -v OFS=, '{ sub("\r$", "") } NR == 1 { print "star", "T_birth_Gyr"; next } { print $1, $2 }' "$simulated" \
  >"$work/tng.truth.csv"
for flagged in leave-out count; do for with in without birth age; do
  infer $with "$work/tng.csv" --flagged $flagged
  awk -F, -v with="$with, $flagged" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { printf "%-18s %4d stars  alpha_IMF %.3f +- %.3f  log10_N_Ia %.3f +- %.3f  heterogeneity %.2f  misfit %.2f" \
        "  left out %d  log evidence %.0f  %s\n", with, $at["n"], $at["alpha_IMF_mean"], $at["alpha_IMF_sd"],
        $at["log10_N_Ia_mean"], $at["log10_N_Ia_sd"], $at["heterogeneity"], $at["misfit"], $at["left_out"],
        $at["log_evidence"], $at["flags"] }' "$work/$with.groups.csv" | sort -k3n
  [ $flagged = count ] || judge "stars, $with" "n1000" T_birth_Gyr "$work/tng.truth.csv" "$work/$with.stars.csv"
done; done
