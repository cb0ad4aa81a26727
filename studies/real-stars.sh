#!/bin/sh
# Prints the figures of docs/science/real-stars.md. FOLDER holds the four catalogues.
#   studies/real-stars.sh FOLDER [bundle=gce-tng]
set -eu
folder=$1
bundle=${2:-gce-tng}
home=$(cd "$(dirname "$0")/.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Posteriors of the groups of the last catalogue.
groups() {
  awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
    { printf "%s: n %d", $1, $2
      split("alpha_IMF log10_N_Ia", names, " ")
      for (k = 1; k <= 2; k++) printf ", %s %.3f +- %.3f (robust +- %.3f)", names[k],
        $c[names[k] "_mean"], $c[names[k] "_sd"], $c[names[k] "_robust_sd"]
      printf ", heterogeneity %.2f, p %.2g, %s\n", $c["heterogeneity"], $c["heterogeneity_p"], $c["flags"]
    }' "$out/groups.csv"
}

each() {
  name=$1 mapping=$home/surveys/$1.json file=$folder/$2
  echo "== $name, offline"
  "$home/sidereus" infer --bundle "$bundle" --mapping "$mapping" --in "$file" --skip-incomplete \
    --device cpu --out "$out/objects.csv" --groups-out "$out/groups.csv" 2>/dev/null
  awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
    { n[$2]++; out[$2] += $c["flags"] ~ /OUT_OF_SUPPORT/; low[$2] += $c["flags"] ~ /LOW_EFFECTIVE/
      misfit[$2] += $c["flags"] ~ /MODEL_MISFIT/; p[$2] += $c["p_value"]; age[$2] += $c["T_birth_Gyr_mean"]
      ess[$2] += $c["ess"] }
    END { for (g in n) printf "%s: %d objects, OUT_OF_SUPPORT %d, LOW_EFFECTIVE_SAMPLE_SIZE %d, MODEL_MISFIT %d" \
      ", mean p-value %.2f, mean effective samples %.0f, mean T_birth_Gyr %.1f\n",
      g, n[g], out[g], low[g], misfit[g], p[g] / n[g], ess[g] / n[g], age[g] / n[g] }' "$out/objects.csv"
  groups
  echo "== $name, through the stream"
  "$home/sidereus" demo --headless --bundle "$bundle" --mapping "$mapping" --in "$file" 2>&1 |
    grep -E 'observations received|^\{' | cut -c 1-220
}

# The same catalogue with other assumptions: NAME MAPPING FILE BUNDLE
variant() {
  echo "== $1"
  "$home/sidereus" infer --bundle "$4" --mapping "$home/surveys/$2.json" --in "$3" --device cpu \
    --out "$out/objects.csv" --groups-out "$out/groups.csv" 2>/dev/null
  awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
    { n++; misfit += $c["flags"] ~ /MODEL_MISFIT/ } END { print "MODEL_MISFIT", misfit, "of", n }' "$out/objects.csv"
  groups
}

each apogee-dr12 stars_apogee_dr12_subset.csv
each apogee-allstar-v603 APOGEE-allStar-v603-Hipparcos.fits.gz
each harps stars_harps_abundances.csv
each harps-fits harps_DelgadoMena2017_orig.fits

apogee=$folder/stars_apogee_dr12_subset.csv
variant "apogee-dr12, with the bundle gce-alternative" apogee-dr12 "$apogee" gce-alternative
variant "harps, with the bundle gce-alternative" harps "$folder/stars_harps_abundances.csv" gce-alternative
awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i } NR > 1 { $c["c_h"] = $c["n_h"] = "" } 1' \
  "$apogee" >"$out/without-c-n.csv"
variant "apogee-dr12, without C and N" apogee-dr12 "$out/without-c-n.csv" "$bundle"

echo "== apogee-dr12, misfit by metallicity"
"$home/sidereus" infer --bundle "$bundle" --mapping "$home/surveys/apogee-dr12.json" --in "$apogee" --device cpu \
  --out "$out/objects.csv" >/dev/null 2>&1
awk -F, '
  FNR == 1 { split("", c); for (i = 1; i <= NF; i++) c[$i] = i; file++; next }
  file == 1 { iron[$c["apogee_id"]] = $c["fe_h"]; next }
  { f = iron[$c["object"]]; bin = f < -0.5 ? "[Fe/H] < -0.5" : f < 0 ? "-0.5 to 0" : f < 0.2 ? "0 to 0.2" : "[Fe/H] > 0.2"
    n[bin]++; misfit[bin] += $c["flags"] ~ /MODEL_MISFIT/ }
  END { for (b in n) printf "%s: MODEL_MISFIT %d of %d\n", b, misfit[b], n[b] }' "$apogee" "$out/objects.csv"
