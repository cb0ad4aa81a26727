"""Writes times of day, durations, run-end-encoded columns (Parquet) and fill values (HDF5).

Usage: python kinds.py FOLDER
"""

import datetime
import sys
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

folder = Path(sys.argv[1])
times = [datetime.time(7, 12, 0, 500_000), None, datetime.time(23, 59, 59)]
table = {
    "object": ["a", "b", "c"],
    "ms": pa.array(times, pa.time32("ms")),
    "us": pa.array(times, pa.time64("us")),
    "ns": pa.array(times, pa.time64("ns")),
    "exposure": pa.array([900, 1800, 2700], pa.duration("s")),
    "exposures": pa.array([[900, 1], [2], []], pa.list_(pa.duration("s"))),
    "plain": [1, 2, 3],
}
pq.write_table(pa.table(table), folder / "times.parquet")
runs = pa.RunEndEncodedArray.from_arrays([2, 3], [5, 7])
try:
    pq.write_table(pa.table({"object": ["a", "b", "c"], "runs": runs}), folder / "runs.parquet")
except pa.ArrowNotImplementedError as error:
    print(error)

with h5py.File(folder / "fill.h5", "w") as file:
    file["object"] = np.array([b"a", b"b", b"c"])
    file["flux"] = np.array([1.5, -9999.0, 2.5])
    file["flux"].attrs["_FillValue"] = np.array([-9999.0])
    file["single"] = np.array([9.96921e36, 1.0, 2.5], dtype="f4")
    file["single"].attrs["_FillValue"] = np.float32(9.96921e36)
    file["count"] = np.array([-1, 7, 2**62 + 1])
    file["count"].attrs["missing_value"] = np.int64(-1)
    file["plain"] = np.array([-1, 7, -9999])
    file["bands"] = np.array([[1.0, -9999.0], [2.0, 3.0], [-9999.0, 4.0]])
    file["bands"].attrs["_FillValue"] = -9999.0
