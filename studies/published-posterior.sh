#!/usr/bin/env bash
# A posterior that others published, brought to Sidereus by its weights: the folder of your own copy of
# github.com/bGuenes/sbi_chemical_abundances with posterior_*.pickle, mock_abundances.npy and the author's samples
# *_obs_*.npy, and the folder of the yield tables. Reading the posterior runs the code in its file. PYTHON has sbi 0.27,
# onnxruntime and numpy. The simulator of the stars has the accretion factor 1 of the released code, not that of gce-tng;
# another one, such as 1e-6, shows what a likelihood of another model does.
#   studies/published-posterior.sh FOLDER YIELDS [python=python3] [accretion=1]
set -euo pipefail
folder=$(cd "${1:?name the folder of the posterior}" && pwd)
yields=$(cd "${2:?name the folder of the yield tables}" && pwd)
python=${3:-python3}
accretion=${4:-1}
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PYTHONPATH=$PWD/python/src${PYTHONPATH:+:$PYTHONPATH} SIDEREUS=$PWD/sidereus
study() { "$python" studies/published-posterior.py "$@"; }

study prepare "$folder" "$work"
./sidereus simulate gce --yields "$yields" --accretion "$accretion" --seed 2 --draw 60000 --out "$work/draws.csv"
# without a likelihood nothing takes the samples outside of the prior away: the check says so, and --force keeps them
"$python" -m sidereus bundle "$folder"/posterior_*.pickle --case "$work/case.json" --out "$work/flow" \
  -- --force >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
grep -E 'FAULT|weights|parity' "$work/log" || true
"$python" -m sidereus bundle "$folder"/posterior_*.pickle --case "$work/case.json" \
  --simulations "$work/draws.csv" --out "$work/corrected" -- --steps 10000 --force >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
grep -E 'FAULT|emulator of|parity' "$work/log" || true
for bundle in flow corrected; do
  ./sidereus infer --bundle "$work/$bundle" --in "$work/stars.csv" --group-column galaxy --flagged count \
    --out "$work/stars-$bundle.csv" --groups-out "$work/groups-$bundle.csv" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
done
study compare "$folder" "$work/corrected" "$work"
"$python" studies/published-likelihood.py "$folder" "$work/corrected" "$work/case.json"
study speed "$folder" "$work/corrected"
