"""
The rate of a bundle beside those of others, in turns, in one run: `sidereus bench engine` of each, one thread.

    python benchmarks/peers/bundles.py IMPORTED NATIVE ... [--rounds 5] [--seconds 5] [--samples 1024]

A ratio is the rate of the first bundle divided by that of the other. Bundles whose networks have one size say what an
import costs; bundles of different sizes say what a user gets.
"""

from __future__ import annotations

import argparse
import json
import subprocess

from turns import Contestant, Rate, machine, table, take_turns


def turn(bundle: str, samples: int, seconds: float) -> Rate:
    command = ["./sidereus", "bench", "engine", "--bundle", bundle, "--samples", str(samples), "--threads", "1"]
    found = subprocess.run([*command, "--seconds", str(seconds), "--json"], check=True, capture_output=True, text=True)
    fields = json.loads(found.stdout.strip().splitlines()[-1])
    return Rate(fields["objects_per_second"], fields["objects_per_cpu_second"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundles", nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--samples", type=int, default=1024)
    given = parser.parse_args()
    contestants = [
        Contestant(one, lambda seconds, one=one: turn(one, given.samples, seconds)) for one in given.bundles
    ]
    print(f"{machine()}, {given.samples} samples of each object, one thread")
    take_turns(contestants, given.rounds, given.seconds)
    print(table(contestants, "objects/s"))


if __name__ == "__main__":
    main()
