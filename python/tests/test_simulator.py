"""The protocol of a simulator, over the pipes of a process."""

import json
import struct
import subprocess
import sys

import numpy as np
import pytest

SIMULATOR = """
import sys
from sidereus.simulator import serve

def double(rows):
    print("print", len(rows))
    assert sys.stdin.read() == ""
    return {result}

serve(double, inputs=["a", "b"], observables=["c"])
"""


def frame(kind, content):
    return struct.pack("<4s4sI", b"SDRS", kind, len(content)) + content + b"ENDF"


def read(stream, kind):
    begin, found, length = struct.unpack("<4s4sI", stream.read(12))
    assert (begin, found) == (b"SDRS", kind)
    content = stream.read(length)
    assert stream.read(4) == b"ENDF"
    return content


def start(tmp_path, result):
    script = tmp_path / "sim.py"
    script.write_text(SIMULATOR.replace("{result}", result))
    return subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_serve(tmp_path):
    with start(tmp_path, "2 * rows[:, :1]") as process:
        assert json.loads(read(process.stdout, b"HELO")) == {"protocol": 1, "inputs": ["a", "b"], "observables": ["c"]}
        for rows in (np.array([[1.5, 0], [np.nan, 1], [-3, 2]]), np.array([[7.0, 0]])):
            process.stdin.write(frame(b"RUNS", rows.astype("<f8").tobytes()))
            process.stdin.flush()
            np.testing.assert_array_equal(np.frombuffer(read(process.stdout, b"OBSV"), "<f8"), 2 * rows[:, 0])
        process.stdin.close()
        assert process.stdout.read() == b""
        assert process.stderr.read().decode().splitlines() == ["print 3", "print 1"]
    assert process.returncode == 0


def test_takes_a_masked_number_as_void(tmp_path):
    with start(tmp_path, "__import__('numpy').ma.masked_greater(rows[:, :1], 1)") as process:
        read(process.stdout, b"HELO")
        process.stdin.write(frame(b"RUNS", np.array([[1.0, 0], [2, 1]], "<f8").tobytes()))
        process.stdin.flush()
        np.testing.assert_array_equal(np.frombuffer(read(process.stdout, b"OBSV"), "<f8"), [1, np.nan])


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("rows", "gave the shape (3, 2), not (3, 1)"),
        ("rows[:, :1].T", "gave the shape (1, 3), not (3, 1)"),
        ("rows[:, :1] * 1j", "gave complex numbers"),
        ("[['a']] * len(rows)", "gave what is no array of numbers (could not convert string to float"),
        ("type('Quantity', (), {'unit': 's'})()", "gave a quantity with a unit"),
        ("None", "not (3, 1)"),
    ],
)
def test_refuses_what_is_wrong_for_all_inputs(tmp_path, result, words):
    with start(tmp_path, result) as process:
        read(process.stdout, b"HELO")
        process.stdin.write(frame(b"RUNS", np.zeros((3, 2), "<f8").tobytes()))
        process.stdin.close()
        assert words in process.stderr.read().decode()
    assert process.returncode == 64


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        (20, 64),  # each of them fails
        (19, 1),  # too few to tell
    ],
)
def test_a_function_that_fails_for_all_inputs_is_wrong(tmp_path, rows, status):
    with start(tmp_path, "float(rows[:, 0])") as process:
        read(process.stdout, b"HELO")
        process.stdin.write(frame(b"RUNS", np.zeros((rows, 2), "<f8").tobytes()))
        process.stdin.close()
        assert ("the function fails for all inputs (TypeError: " in process.stderr.read().decode()) == (status == 64)
    assert process.returncode == status


def test_a_function_that_fails_for_some_inputs_is_started_again(tmp_path):
    with start(tmp_path, "rows[:, :1] if rows.min() else 1 / 0") as process:
        read(process.stdout, b"HELO")
        process.stdin.write(frame(b"RUNS", np.arange(80.0).reshape(40, 2).astype("<f8").tobytes()))
        process.stdin.close()
        assert "fails for all inputs" not in process.stderr.read().decode()
    assert process.returncode == 1
