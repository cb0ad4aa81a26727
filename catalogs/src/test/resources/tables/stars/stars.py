"""Writes three stars with the observables of the test bundle in each format that is read: python stars.py FOLDER"""
import gzip
import os
import sys

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
from astropy.io import fits
from astropy.table import Table

folder = sys.argv[1]


def path(name):
    return os.path.join(folder, name)


table = Table()
table["object"] = ["star 1", "star 2", "star 3"]
for name, values in {
    "y1": [0.25, -0.5, 1.125],
    "y2": [1.5, 0.75, -0.375],
    "y3": [-1.25, 2.5, 0.625],
    "y4": [0.875, -1.75, 0.5],
}.items():
    table[name] = values
    table[name + "_err"] = [0.05, 0.0625, 0.125]
table["cluster"] = ["M 67", "M 67", "NGC 188"]

table.write(path("stars.csv"), overwrite=True)
for name, kind in {
    "tab.tsv": "tab",
    "blanks.txt": "basic",
    "commented.txt": "commented_header",
    "bars.txt": "fixed_width",
    "rule.txt": "fixed_width_two_line",
    "stars.ecsv": "ecsv",
    "stars.mrt": "mrt",
    "stars.tbl": "ipac",
}.items():
    table.write(path(name), format="ascii." + kind, overwrite=True)
table.write(path("stars.fits"), overwrite=True)
columns = [
    fits.Column(name, "A8" if table[name].dtype.kind == "U" else "F12.6", array=table[name], ascii=True)
    for name in table.colnames
]
fits.TableHDU.from_columns(columns).writeto(path("ascii.fits"), overwrite=True)
for kind in ["tabledata", "binary", "binary2"]:
    table.write(path(kind + ".vot"), format="votable", tabledata_format=kind, overwrite=True)
table.write(path("stars.parquet"), overwrite=True)
frame = table.to_pandas()
frame.to_parquet(path("pandas.parquet"), compression="zstd")
frame.to_feather(path("stars.feather"))
feather.write_feather(
    pa.table({**{c: table[c].tolist() for c in table.colnames}, "object": pa.array(table["object"].tolist(), pa.string_view())}),
    path("views.feather"),
)
np.save(path("stars.npy"), table.as_array())
np.savez(path("stars.npz"), **{c: table[c] for c in table.colnames})
texts = table.copy()
texts["object"] = texts["object"].astype("S")
texts["cluster"] = texts["cluster"].astype("S")
texts.write(path("stars.hdf5"), path="data", overwrite=True, serialize_meta=True)
frame.astype({"object": object, "cluster": "category"}).to_hdf(path("p.h5"), key="stars", format="table", mode="w")
with open(path("p.h5"), "rb") as plain, open(path("pandas.h5.gz"), "wb") as packed:
    packed.write(gzip.compress(plain.read(), mtime=0))
os.remove(path("p.h5"))
with h5py.File(path("h5py.h5"), "w") as file:
    for name in table.colnames:
        file[name] = texts[name]
# as vaex writes it: a group for each column, texts as bytes with the places where they begin
with h5py.File(path("vaex.hdf5"), "w") as file:
    for name in table.colnames:
        column = file.create_group("table/columns/" + name)
        if table[name].dtype.kind == "U":
            parts = [one.encode() for one in table[name]]
            column["data"] = np.frombuffer(b"".join(parts), "u1")
            column["indices"] = np.cumsum([0] + [len(one) for one in parts])
            column["data"].attrs["dtype"] = "str"
        else:
            column["data"] = table[name]
            column["mask"] = np.zeros(len(table), bool)
