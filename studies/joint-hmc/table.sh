#!/usr/bin/env bash
# Prints the tables of docs/science/joint-sampling.md: the joint sampler's results in the repository beside what the
# engine combines from the same stars. All stars count, flagged ones too; with leave-out, flagged ones do not, as by
# default, and the sampler's results are those of the stars that remain. It needs Python 3 without packages.
#   studies/joint-hmc/table.sh [TNG_GALAXY.csv] [bundle=gce-tng] [count | leave-out]
set -euo pipefail
cd "$(dirname "$0")/../.."
results=engine/src/test/resources/org/sidereus/engine/joint-hmc
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 studies/joint-hmc/table.py catalogue "$results" ${1:+"$1"} >"$work/stars.csv"
./sidereus infer --bundle "${2:-gce-tng}" --in "$work/stars.csv" --group-column group --flagged "${3:-count}" \
  --out "$work/posteriors.csv" --groups-out "$work/groups.csv" >"$work/log"
flagged=()
if [ "${3:-count}" = leave-out ]; then flagged=("$work/posteriors.csv"); fi
python3 studies/joint-hmc/table.py print "$results" "$work/groups.csv" "${flagged[@]}"
