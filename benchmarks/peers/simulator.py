"""Runs per second of the simulator of chemical evolution beside the public Python code, one thread each.

    benchmarks/peers/run.sh simulator --chempy CHECKOUT [--rounds 3] [--seconds 5]

CHECKOUT is the user's own checkout of https://github.com/oliverphilcox/ChempyMulti, whose yield tables both read.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

from turns import Contestant, Rate, machine, repeat, table, take_turns

warnings.filterwarnings("ignore")

HOME = Path.cwd()


def sidereus(yields: Path) -> Contestant:
    def turn(seconds: float) -> Rate:
        command = ["./sidereus", "bench", "simulator", "gce", "--yields", str(yields), "--forks", "0"]
        command += ["--seconds", str(max(1, round(seconds))), "--json"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.strip().splitlines()[-1])["results"][0]
        return Rate(1e3 / found["ms_per_run"], 1e3 / found["processor_ms_per_run"])

    return Contestant("Sidereus", turn)


def chempy(checkout: Path) -> Contestant:
    import h5py

    # the code reads data sets the way of h5py 2
    h5py.Dataset.value = property(lambda dataset: dataset[()])
    sys.path.insert(0, str(checkout))
    # it reads its tables relative to its own folder
    os.chdir(checkout)
    from Chempy.cem_function import single_timestep_chempy
    from Chempy.parameter import ModelParameters

    def call() -> int:
        model = ModelParameters()
        single_timestep_chempy(([*model.p0, 10.0], model))
        return 1

    call()
    os.chdir(HOME)

    def turn(seconds: float) -> Rate:
        os.chdir(checkout)
        try:
            return repeat(call, seconds)
        finally:
            os.chdir(HOME)

    return Contestant("ChempyMulti", turn)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chempy", type=Path, required=True, metavar="CHECKOUT")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5, help="of each turn")
    options = parser.parse_args()
    checkout = options.chempy.resolve()
    yields = checkout / "Chempy" / "input" / "yields"
    if not yields.is_dir():
        parser.error(f"{yields} does not exist; give a checkout of ChempyMulti")
    contestants = [sidereus(yields), chempy(checkout)]
    take_turns(contestants, options.rounds, options.seconds)
    print(f"\none star of a galaxy ({machine()})\n")
    print(table(contestants, "runs/s"))


if __name__ == "__main__":
    sys.exit(main())
