"""Writes tables of three rows by astropy, pandas and pyarrow: python tables.py FOLDER

The columns object, i, l, u, b, f, d hold the values of the test TableFilesTest; the small ones among the
files are stored beside this script.
"""
import gzip
import os
import sys
from decimal import Decimal

sys.path.pop(0)  # pandas imports PyTables by its name, tables, which is this script's

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
from astropy import units
from astropy.table import Table

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)


def path(name):
    return os.path.join(folder, name)


table = Table()
table["object"] = np.array(["HD 1", "x 2", "c"])
table["i"] = np.array([1, -2, 3], "i4")
table["l"] = np.array([1237648720693755918, 2, -3], "i8")
table["u"] = np.array([2**64 - 1, 2**63, 5], "u8")
table["b"] = np.array([True, False, True])
table["f"] = np.array([0.1, np.nan, 2.5], "f4")
table["d"] = np.array([1e-300, 2, 3.0])
table["d"].unit = units.mag

table.write(path("astropy.fits"), overwrite=True)
table.write(path("astropy.ecsv"), overwrite=True)
bytes_table = table.copy()
bytes_table["object"] = bytes_table["object"].astype("S")
bytes_table.write(path("astropy.hdf5"), path="data", overwrite=True, serialize_meta=True)
without_unsigned = table.copy()
without_unsigned.remove_column("u")
without_unsigned.write(path("astropy.vot"), format="votable", overwrite=True)
without_bits = without_unsigned.copy()
without_bits.remove_column("b")
without_bits.write(path("binary2.vot"), format="votable", tabledata_format="binary2", overwrite=True)
without_bits.write(path("ipac.tbl"), format="ascii.ipac", overwrite=True)
for kind in ["fixed_width", "fixed_width_two_line", "basic", "commented_header", "tab", "csv"]:
    table.write(path(kind + ".txt"), format="ascii." + kind, overwrite=True)
described = table.copy()
described.remove_columns(["b", "f"])
described.write(path("aas.mrt"), format="ascii.mrt", overwrite=True)
np.save(path("numpy.npy"), table.as_array())
np.savez_compressed(path("numpy.npz"), **{c: table[c] for c in table.colnames})
frame = table.to_pandas()
frame["t"] = pd.to_datetime(["2020-01-01T00:00:00.000", "2021-05-06T07:08:09.123", None])
frame["m"] = pd.array([1, None, 3], dtype="Int64")
for codec in [None, "snappy", "gzip", "lz4", "zstd"]:
    frame.to_parquet(path("%s.parquet" % codec), compression=codec)
for kind in ["table", "fixed"]:
    # the fixed format pickles texts, so that only its numbers can be read
    frame.drop(columns="m").assign(object=frame["object"].astype(object)).to_hdf(path("p.h5"), key="df", format=kind, mode="w")
    os.makedirs(path("pandas"), exist_ok=True)
    with open(path("p.h5"), "rb") as plain, open(path("pandas/%s.h5.gz" % kind), "wb") as file:
        file.write(gzip.compress(plain.read(), mtime=0))
    os.remove(path("p.h5"))
for codec in ["uncompressed", "lz4", "zstd"]:
    frame.to_feather(path("%s.feather" % codec), compression=codec)
arrow = pa.Table.from_pandas(frame)
os.makedirs(path("lists"), exist_ok=True)
lists = pa.table(
    {
        "object": ["HD 1", "x 2", "c"],
        "mags": pa.array([[1.5, 2.5], [3.5, None, 4.5], []], pa.list_(pa.float32())),
        "fixed": pa.array([[1, 2], None, [5, 6]], pa.list_(pa.int64(), 2)),
        "words": [["a"], ["b", "c"], None],
        "deep": [[[1.0]], [[2.0], [3.0]], []],
        "d": [1e-300, 2, 3.0],
    }
)
pq.write_table(lists, path("lists/v1.parquet"))
pq.write_table(lists, path("lists/v2.parquet"), data_page_version="2.0", compression="zstd")
decimals = pa.table(
    {
        "id": pa.array([Decimal(1237648720693755918), Decimal(2**64 - 1), None], pa.decimal128(20, 0)),
        "short": pa.array([Decimal(7), None, Decimal(-8)], pa.decimal128(9, 0)),
        "d": pa.array([Decimal("1.25"), None, Decimal("-3.50")], pa.decimal128(9, 2)),
        "bytes": pa.array([b"HD 1  ", b"x\0\0", None], pa.binary()),
    }
)
pq.write_table(decimals, path("lists/decimals.parquet"))
pq.write_table(decimals.slice(0, 0), path("lists/norows.parquet"))
pq.write_table(pa.table({"object": ["a", "b"], "y1": [1.0, 2.0]}), path("lists/brotli.parquet"), compression="brotli")
feather.write_feather(lists.select(["object", "d"]), path("lists/v1.feather"), version=1)
pq.write_table(arrow, path("v2.parquet"), data_page_version="2.0", use_dictionary=False)
pq.write_table(
    arrow,
    path("delta.parquet"),
    use_dictionary=False,
    column_encoding={
        "l": "DELTA_BINARY_PACKED",
        "i": "DELTA_BINARY_PACKED",
        "object": "DELTA_BYTE_ARRAY",
        "d": "BYTE_STREAM_SPLIT",
        "f": "BYTE_STREAM_SPLIT",
    },
)
with h5py.File(path("columns.h5"), "w") as file:
    group = file.create_group("g")
    for name in ["i", "l", "u", "b", "f", "d"]:
        group.create_dataset(name, data=np.array(table[name]), chunks=(2,), compression="gzip")
    group["object"] = np.array([b"HD 1", b"x 2", b"c"])
star = np.dtype([("object", "S3"), ("d", "f8"), ("inner", [("a", "i4"), ("b", "f4")])])
with h5py.File(path("lists/two.h5"), "w") as file:
    file["first"] = np.array([(b"c", 3.0, (1, 2.0))], star)
    file["second"] = np.array([(b"x 2", 2.0, (1, 2.0))], star)
with h5py.File(path("lists/scaled.h5"), "w") as file:
    file["object"] = np.array([b"c"])
    file["d"] = np.array([30], "i2")
    file["d"].attrs["scale_factor"] = 0.1
np.savez(path("lists/objects.npz"), object=np.array(["c", 1], dtype=object), d=np.array([3.0, 4.0]))
