#!/usr/bin/env bash
# Compares the engine with other programs that sample the same flow, in turns, in one run, and prints ratios.
#   benchmarks/peers/run.sh [sampling|training|simulator] [options of benchmarks/peers/*.py]
# The first use makes a Python environment with pinned versions (about 4 GB; for the simulator 0.3 GB) in
# benchmarks/peers/target.
set -euo pipefail
cd "$(dirname "$0")/../.."
what=sampling
case ${1:-} in sampling | training | simulator) what=$1 && shift ;; esac
packages=requirements.txt
[ "$what" != simulator ] || packages=requirements-chempy.txt
environment=${PEERS_ENVIRONMENT:-benchmarks/peers/target/${packages%.txt}}
if [ ! -x "$environment/bin/python" ]; then
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --requirement "benchmarks/peers/$packages"
fi
# a waiting thread of one program must not take the processor from the next
export OMP_WAIT_POLICY=PASSIVE
exec "$environment/bin/python" "benchmarks/peers/$what.py" "$@"
