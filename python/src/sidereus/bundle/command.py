"""``python -m sidereus bundle``: a posterior of another framework to a bundle."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from ..errors import SidereusError
from . import case as cases
from . import loading, priors
from .errors import Unsupported
from .foreign import Foreign

_DESCRIPTION = """\
Makes a bundle of a posterior that sbi, lampe, zuko or ltu-ili trained.

The weights of masked autoregressive flows (sbi: maf, maf_rqs, zuko_maf, zuko_nsf; lampe and zuko: MAF,
NSF) become Sidereus' own graph. Of other posteriors and of ensembles, the operations are recorded. Then
`sidereus import` adds the likelihood and checks the bundle, also against numbers that the framework
computes here.
"""
_WARNING = """\
Reading a posterior runs the code in its file, as Python's pickle does. Read only files from people you
trust.
"""


def main(arguments: list[str]) -> int:
    """Runs a command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m sidereus")
    commands = parser.add_subparsers(dest="command", required=True)
    bundle = commands.add_parser(
        "bundle",
        help="a posterior of sbi, lampe, zuko or ltu-ili to a bundle",
        description=_DESCRIPTION,
        usage="%(prog)s POSTERIOR --case FILE --out DIR [options] [-- options of sidereus import]",
        epilog=_WARNING,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    bundle.add_argument(
        "posterior", type=Path, help="file of pickle.dump(posterior) or torch.save(posterior)"
    )
    bundle.add_argument("--case", type=Path, required=True, help="case file, see docs/reference/case.md")
    bundle.add_argument(
        "--simulations",
        type=Path,
        help="table of simulations without noise: it trains the emulator of the likelihood, and a tenth of it "
        "tests the bundle; with noise: it tests the bundle",
    )
    bundle.add_argument(
        "--features",
        type=lambda text: [name.strip() for name in text.split(",")],
        help="the columns of x in their order, where they are not those of the case: NAME, NAME_error, NAME_mask",
    )
    bundle.add_argument(
        "--code",
        type=Path,
        metavar="FILE.py",
        help="Python file with the classes that the posterior needs; of a file that holds weights alone, a function "
        "posterior() in it returns the untrained network",
    )
    bundle.add_argument(
        "--other-prior",
        action="store_true",
        help="take the prior of the case, although the posterior was trained with another; right only where a "
        "likelihood corrects the posteriors",
    )
    bundle.add_argument("--out", type=Path, required=True, help="folder of the bundle; must not exist")
    bundle.add_argument(
        "--trace", action="store_true", help="record operations, even where the weights are known"
    )
    bundle.add_argument(
        "--weights-only", action="store_true", help="write flow.json and the other files to --out, no bundle"
    )
    bundle.add_argument(
        "--sidereus",
        default=os.environ.get("SIDEREUS", "sidereus"),
        help="the program sidereus (default: $SIDEREUS, or the one in the path)",
    )
    end = arguments.index("--") if "--" in arguments else len(arguments)
    given = parser.parse_args(arguments[:end])
    try:
        return _bundle(given, arguments[end + 1 :])
    except SidereusError as error:
        print(f"sidereus: {error}", file=sys.stderr)
        return 1


def _bundle(given: argparse.Namespace, options: list[str]) -> int:
    if given.out.exists():
        raise SidereusError(f"{given.out} exists already; remove it or name another folder with --out")
    case = cases.read(given.case, given.features)
    program = [] if given.weights_only else _program(given.sidereus)
    print(f"reading {given.posterior} (this runs the code in it)")
    loaded = loading.load(given.posterior, given.code)
    _compare_priors(loaded, case, given.other_prior)
    if getattr(loaded, "default_x", None) is not None:
        print(
            "warning: the posterior has an observation of its own (default_x); after several rounds about it, it is "
            "right for that one only"
        )
    rows = cases.rows(case, given.simulations)
    if given.weights_only:
        with tempfile.TemporaryDirectory(prefix="sidereus-") as name:
            _describe(loaded, case, rows, given.trace, Path(name))
            shutil.copytree(name, given.out)
        return 0
    with tempfile.TemporaryDirectory(prefix="sidereus-") as name:
        work = Path(name)
        posterior = _describe(loaded, case, rows, given.trace, work)
        command = [
            *program,
            "import",
            "--posterior",
            str(posterior),
            "--parity",
            str(work / "parity.safetensors"),
        ]
        command += ["--case", str(given.case), "--out", str(given.out)]
        if given.simulations is not None:
            command += ["--simulations", str(given.simulations)]
        if given.features is not None:
            command += ["--features", ",".join(given.features)]
        command += options
        print(shlex.join(command), flush=True)
        return subprocess.run(command, check=False).returncode


def _compare_priors(loaded: Foreign, case: cases.Case, other_prior: bool) -> None:
    reason = priors.difference(loaded, case)
    if reason is None:
        return
    reason = f"the posterior was trained with another prior than that of the case: {reason}"
    if not other_prior:
        raise SidereusError(
            f"{reason}; write its priors into the case, with its parameters in their order and units "
            "(logarithms, too), or add --other-prior, which is right only where a likelihood corrects the posteriors"
        )
    print(f"warning: {reason}")


def _describe(loaded: Foreign, case: cases.Case, rows: np.ndarray | None, trace: bool, folder: Path) -> Path:
    """Writes the posterior and its parity; returns what `sidereus import` takes."""
    from . import parity, posteriors

    if not trace:
        try:
            known = posteriors.of(loaded, len(case.features))
        except Unsupported as reason:
            if not reason.traceable:
                raise
            print(f"by its operations, not by its weights: {reason}")
        else:
            parameters = len(known.flow.parameter_scaling)
            if parameters != len(case.parameters):
                raise SidereusError(
                    f"the posterior has {parameters} parameters but the case has {len(case.parameters)}: "
                    f"{', '.join(case.parameters)}"
                )
            if rows is not None and not known.flow.standardised:
                known.flow.standardise(rows)
            known.flow.save(folder)
            parity.write(folder / "parity.safetensors", known, rows)
            print(f"{known.framework}, by its weights: {len(known.flow.transforms)} transforms")
            return folder
    from . import trace as tracing

    tracing.write(tracing.module_of(loaded), folder, len(case.features), len(case.parameters), rows)
    return folder / "posterior.onnx"


def _program(name: str) -> list[str]:
    parts = shlex.split(name)
    if not parts or shutil.which(parts[0]) is None:
        raise SidereusError(
            f"there is no program '{name}'; name Sidereus' launcher with --sidereus or in the variable SIDEREUS"
        )
    return parts
