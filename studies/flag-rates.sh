#!/usr/bin/env bash
# Measures the rates of the flags on mock observations where flags must appear and where they must not: the tables
# of docs/reference/flags.md.
#   studies/flag-rates.sh YIELDS [bundle=gce-tng] [objects in each row=1000] [galaxy.csv: one more row]
# The simulator itself makes the mock stars, of 16 galaxies around the mean of the prior.
set -euo pipefail
yields=$(cd "$1" && pwd) bundle=${2:-gce-tng} objects=${3:-1000} galaxy=${4:+$(realpath "$4")}
cd "$(dirname "$0")/.."
manifest=bundles/$bundle/manifest.json
[ -f "$manifest" ] || manifest=$bundle/manifest.json
right=tng wrong=alternative
if grep -q '"model" *: *"gce-alternative"' "$manifest"; then right=alternative wrong=tng; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

galaxies=(g00:-2.5947:-3.1770 g01:-2.1326:-3.4635 g02:-2.3358:-3.4540 g03:-2.0248:-2.8393 g04:-1.9609:-3.0160
  g05:-2.2005:-2.9615 g06:-2.4846:-2.8537 g07:-2.6143:-2.9787 g08:-2.1259:-2.8756 g09:-2.4026:-2.3426
  g10:-2.2855:-3.0367 g11:-2.2601:-3.0207 g12:-2.3963:-2.9776 g13:-1.7937:-2.8844 g14:-2.2561:-2.7214
  g15:-1.7958:-2.9459)
mock() { # yield set, noise
  ./sidereus mock gce --yields "$yields" --yield-set "$1" --noise "$2" --stars $(((objects + 15) / 16)) --seed 77 \
    "${galaxies[@]/#/--galaxy=}" --out "$work/mock-$1-$2.csv" >>"$work/log"
}

: >"$work/all.csv"
row() { # title, file, awk code that changes each row: v["Mg_Fe"] is a cell, names are all abundances
  awk -F, -v OFS=, -v title="$1" -v most="$objects" '
    NR == 1 {
      for (i = 1; i <= NF; i++) at[$i] = i
      print "object", "row", "C_Fe,C_Fe_err,Fe_H,Fe_H_err,He_Fe,He_Fe_err,Mg_Fe,Mg_Fe_err",
        "N_Fe,N_Fe_err,Ne_Fe,Ne_Fe_err,O_Fe,O_Fe_err,Si_Fe,Si_Fe_err"
      n = split("C_Fe Fe_H He_Fe Mg_Fe N_Fe Ne_Fe O_Fe Si_Fe", names, " ")
      next
    }
    NR > most + 1 { exit }
    {
      split("", v)
      for (i in names) {
        v[names[i]] = $at[names[i]]
        v[names[i] "_err"] = (names[i] "_err") in at ? $at[names[i] "_err"] : 0.05
      }
      '"${3:-}"'
      printf "%s %d,%s", title, NR - 1, title
      for (i = 1; i <= n; i++) printf ",%s,%s", v[names[i]], v[names[i] "_err"]
      print ""
    }' "$2" | if [ -s "$work/all.csv" ]; then tail -n +2; else cat; fi >>"$work/all.csv"
}

mock $right 0.05
mock $right 0.2
mock $wrong 0.05
plain=$work/mock-$right-0.05.csv
row "mock; simulator of the training" "$plain"
row "mock; errors of 0.2 dex" "$work/mock-$right-0.2.csv"
row "mock; elements of APOGEE" "$plain" 'v["He_Fe"] = v["He_Fe_err"] = v["Ne_Fe"] = v["Ne_Fe_err"] = ""'
row "mock; $wrong yields" "$work/mock-$wrong-0.05.csv"
row "mock; errors stated as 0.5 dex" "$plain" 'for (i in names) v[names[i] "_err"] = 0.5'
row "mock; errors stated half as large" "$plain" 'for (i in names) v[names[i] "_err"] /= 2'
row "mock; Mg_Fe + 0.25 dex (5 errors)" "$plain" 'v["Mg_Fe"] += 0.25'
row "mock; Mg_Fe + 0.5 dex" "$plain" 'v["Mg_Fe"] += 0.5'
row "mock; Mg_Fe + 1.5 dex" "$plain" 'v["Mg_Fe"] += 1.5'
row "mock; Fe_H + 3 dex" "$plain" 'v["Fe_H"] += 3'
row "mock; everything + 1e6 dex" "$plain" 'for (i in names) v[names[i]] += 1e6'
if [ -n "$galaxy" ]; then row "$(basename "$galaxy")" "$galaxy"; fi

./sidereus infer --bundle "$bundle" --in "$work/all.csv" --id-column object --group-column row \
  --out "$work/posteriors.csv" >&2
echo "| observations ($bundle) | objects | median effective samples (1 %)" \
  "| \`OUT_OF_SUPPORT\` | \`LOW_EFFECTIVE_SAMPLE_SIZE\` | \`MODEL_MISFIT\` |"
echo "|---|---|---|---|---|---|"
awk -F, '
  NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
  {
    flags = $at["flags"]
    print ++line, $at["group"], $at["ess"], flags ~ /OUT_OF_SUPPORT/, flags ~ /LOW_EFF/, flags ~ /MODEL_MISFIT/
  }
' OFS=, "$work/posteriors.csv" | sort -t, -k2,2 -k3,3g | awk -F, '
  $2 != title { if (n) tell(); title = $2; n = support = low = misfit = 0; first = $1 }
  { ess[++n] = $3; support += $4; low += $5; misfit += $6; if ($1 < first) first = $1 }
  END { tell() }
  function tell() {
    gsub(";", ",", title)
    printf "%d\t| %s | %d | %.0f (%.0f) | %.4f | %.4f | %.4f |\n",
      first, title, n, ess[int((n + 1) / 2)], ess[int(n / 100) + 1], support / n, low / n, misfit / n
  }' | sort -n | cut -f 2
