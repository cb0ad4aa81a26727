#!/usr/bin/env bash
# Reading rates of a CSV and a FITS table by the readers of Sidereus, of STIL, and of the libraries of release 0.1.0
# (fastcsv, nom-tam-fits): processor time of the whole program with its start, and the largest heap of -Xmx512m.
#   studies/table-rates.sh [rows of the CSV=10000000] [rows of the FITS table=300000]
set -euo pipefail
cd "$(dirname "$0")/.."
csv=${1:-10000000} fits=${2:-300000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

./mvnw -o -q -pl catalogs -am test-compile dependency:build-classpath -Dmdep.outputFile="$work/classpath.txt"
rates() {
  java -Xmx512m -XX:+UseSerialGC -cp "catalogs/target/classes:$work:$(cat "$work/classpath.txt")" TableRates "$@"
}
javac -d "$work" -cp "catalogs/target/classes:$(cat "$work/classpath.txt")" studies/table-rates/TableRates.java
rates write "$work/table.csv" "$csv"
rates write "$work/table.fits" "$fits"
for reader in sidereus fastcsv stil; do rates $reader "$work/table.csv" "$csv"; done
for reader in sidereus nom-tam stil; do rates $reader "$work/table.fits" "$fits"; done
