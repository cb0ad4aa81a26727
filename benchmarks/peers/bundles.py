"""
The rate of a bundle beside those of others, in turns, in one run: `sidereus bench engine` of each, one thread.

    python benchmarks/peers/bundles.py IMPORTED NATIVE ... [--rounds 5] [--seconds 5] [--samples 1024]
        [--kernels auto none]

A ratio is the rate of the first bundle divided by that of the other, and there is a table for each word of --kernels:
`auto` is what a user gets, `none` has ONNX Runtime for all bundles. Each row says what evaluated the graph, because the
kernel may take the graph of one bundle and not that of the other. Bundles whose networks have one size say what an
import costs; bundles of different sizes say what a user gets.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

from turns import Contestant, Rate, machine, table, take_turns


def turn(bundle: str, kernels: str, samples: int, seconds: float) -> tuple[Rate, str]:
    """The rate of one turn, and what evaluated the graph."""
    command = ["./sidereus", "bench", "engine", "--bundle", bundle, "--samples", str(samples), "--threads", "1"]
    command += ["--kernels", kernels, "--seconds", str(seconds), "--json"]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    fields = json.loads(found.stdout.strip().splitlines()[-1])
    return Rate(fields["objects_per_second"], fields["objects_per_cpu_second"]), fields["evaluator"]


def contestant(bundle: str, kernels: str, samples: int) -> Contestant:
    """A bundle whose name says, after its first turn, what evaluated the graph."""

    def measured(seconds: float) -> Rate:
        rate, evaluator = turn(bundle, kernels, samples, seconds)
        found.name = f"{Path(bundle).name}, {evaluator}"
        return rate

    found = Contestant(bundle, measured)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundles", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--samples", type=int, default=1024)
    parser.add_argument("--kernels", nargs="+", default=["auto", "none"], choices=["auto", "none"])
    given = parser.parse_args()
    print(f"{machine()}, {given.samples} samples of each object, one thread")
    tables = {
        kernels: [contestant(one, kernels, given.samples) for one in given.bundles] for kernels in given.kernels
    }
    take_turns([one for contestants in tables.values() for one in contestants], given.rounds, given.seconds)
    for kernels, contestants in tables.items():
        print(f"--kernels {kernels}")
        print(table(contestants, "objects/s"))


if __name__ == "__main__":
    main()
