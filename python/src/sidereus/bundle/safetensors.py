"""Files of tensors: a header in JSON, then little-endian float32 numbers."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np


def write(path: Path, tensors: dict[str, np.ndarray]) -> None:
    """Writes tensors as float32, sorted by name."""
    header: dict[str, dict[str, Any]] = {}
    numbers: list[bytes] = []
    end = 0
    for name in sorted(tensors):
        values = np.ascontiguousarray(tensors[name], dtype="<f4")
        start, end = end, end + values.nbytes
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [start, end]}
        numbers.append(values.tobytes())
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(numbers))


def read(path: Path) -> dict[str, np.ndarray]:
    """Reads the float32 tensors of a file."""
    contents = path.read_bytes()
    (length,) = struct.unpack("<Q", contents[:8])
    header = json.loads(contents[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        numbers = contents[8 + length + start : 8 + length + end]
        tensors[name] = np.frombuffer(numbers, "<f4").reshape(entry["shape"])
    return tensors
