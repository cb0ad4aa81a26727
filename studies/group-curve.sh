#!/usr/bin/env bash
# Calibration of groups of 1 to STARS stars of one mock galaxy: rms and mean of (mean - truth)/sd, share of truths within
# the published 68 and 95 % intervals, rms z and relative width of the robust posterior, the estimated loss of
# information, and how many groups have a flag.
#   studies/group-curve.sh YIELDS [stars=100000] [alpha=-2.3] [log10_N_Ia=-2.89] [bundle=gce-tng] [seed=41]
set -euo pipefail
cd "$(dirname "$0")/.."
yields=$1 stars=${2:-100000} alpha=${3:--2.3} n_ia=${4:--2.89} bundle=${5:-gce-tng} seed=${6:-41}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

./sidereus mock gce --yields "$yields" --stars "$stars" --seed "$seed" "--galaxy=G:$alpha:$n_ia" \
  --out "$work/stars.csv" >"$work/log"
./mvnw -o -q -pl engine -am compile
java -Xmx8g -cp "engine/target/classes:$(cat engine/target/classpath.txt)" studies/group-curve/GroupCurve.java \
  "bundles/$bundle" "$work/stars.csv" "$alpha" "$n_ia" 2>/dev/null
