"""Serves a simulator to `sidereus ... --simulator "python sim.py"`, by the protocol of docs/reference/simulator.md."""

import json
import os
import signal
import struct
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

HEADER = struct.Struct("<4s4sI")
BEGIN, END = b"SDRS", b"ENDF"
#: The exit status of a program that is not started again.
WRONG = 64
#: A function that fails for so many rows, each alone, and for all before, is wrong.
_ROWS = 20


def serve(function: Callable[[np.ndarray], np.ndarray], inputs: Sequence[str], observables: Sequence[str]) -> None:
    """Runs `function` on each batch that comes on standard input, until its end.

    `function` takes an array [N, len(inputs)] and returns the observables [N, len(observables)], without noise; a row
    with NaN is a void run. What it prints goes to standard error, and so into the log of the program that asks.
    """
    if sys.stdin.isatty():
        sys.exit(f'this is a simulator; give its command to the program: sidereus ... --simulator "python {sys.argv[0]}"')
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program that asks ends this one by the end of its input
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    def send(kind: bytes, content: bytes) -> None:
        sink.write(HEADER.pack(BEGIN, kind, len(content)) + content + END)
        sink.flush()

    send(b"HELO", json.dumps({"protocol": 1, "inputs": list(inputs), "observables": list(observables)}).encode())
    worked = False
    while header := source.read(HEADER.size):
        begin, kind, length = HEADER.unpack(header)
        content, end = source.read(length), source.read(len(END))
        if (begin, kind, end) != (BEGIN, b"RUNS", END):
            raise ValueError(f"a frame RUNS was expected, but {header!r} came")
        rows = np.frombuffer(content, "<f8").reshape(-1, len(inputs)).copy()
        try:
            result = function(rows)
        except Exception as e:  # code of others may fail in any way
            if not worked:
                _check(function, rows, e)
            raise
        send(b"OBSV", _numbers(result, (len(rows), len(observables))).tobytes())
        worked = True


def _check(function: Callable[[np.ndarray], np.ndarray], rows: np.ndarray, error: Exception) -> None:
    """Ends the program for good where the first rows fail, too, each alone. A function of one number takes no two."""
    if len(rows) < _ROWS:
        return
    for row in rows[:_ROWS]:
        try:
            function(np.stack([row, row]))
        except Exception:  # as above
            continue
        return
    traceback.print_exception(error)
    print(f"the function fails for all inputs ({type(error).__name__}: {error})", file=sys.stderr, flush=True)
    sys.exit(WRONG)


def _numbers(result: Any, shape: tuple[int, int]) -> np.ndarray:
    """The result as float64; a masked number is void. What is wrong for all inputs ends the program for good."""
    if hasattr(result, "unit") or np.iscomplexobj(result):
        _wrong("a quantity with a unit" if hasattr(result, "unit") else "complex numbers", "plain numbers")
    try:
        numbers: np.ndarray = np.ma.filled(np.ma.asarray(result, dtype="<f8"), np.nan)
    except (TypeError, ValueError) as e:
        _wrong(f"what is no array of numbers ({e})", "plain numbers")
    if numbers.shape != shape:
        _wrong(f"the shape {numbers.shape}", f"{shape}, a row for each run and a column for each observable")
    return numbers


def _wrong(found: str, expected: str) -> NoReturn:
    print(f"the function gave {found}, not {expected}", file=sys.stderr, flush=True)
    sys.exit(WRONG)
