"""Opens the files of `sidereus infer` in a folder; run by InferPythonTest."""

import csv
import hashlib
import os
import pathlib
import sys
import warnings

import io

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from astropy.io import fits
from astropy.io.votable import parse
from astropy.table import Table
from astropy.units import UnitsWarning

warnings.simplefilter("error")  # a doubtful file is a wrong one
# the standard of FITS has no dex; astropy keeps the word
warnings.filterwarnings("ignore", message=".*'dex' did not parse as fits unit", category=UnitsWarning)
folder = pathlib.Path(sys.argv[1])
digest = hashlib.sha256((folder / "bundle/manifest.json").read_bytes()).hexdigest()

for name, rows in (("p", 20), ("g", 1)):
    with open(folder / f"{name}.csv", encoding="utf-8", newline="") as text:
        wanted = list(csv.DictReader(text))
    assert len(wanted) == rows
    tables = {
        "ecsv": Table.read(folder / f"{name}.ecsv"),
        "fits": Table.read(folder / f"{name}.fits"),
        "vot": Table.read(folder / f"{name}.vot"),
    }
    for ending, table in tables.items():
        assert table.colnames == list(wanted[0]), ending
        assert str(table["b_mean"].unit) == "dex", ending
        assert (table["b_mean"].dtype.kind, table["b_mean"].dtype.itemsize) == ("f", 8), ending
        for column in table.colnames:
            for cell, row in zip(table[column], wanted):
                text = row[column]
                if text == "":
                    assert np.ma.is_masked(cell) or str(cell) in ("", "nan"), (ending, column, cell)
                elif table[column].dtype.kind == "f":
                    assert cell == float(text), (ending, column)
                else:
                    assert str(cell) == text, (ending, column, cell, text)
    meta = tables["ecsv"].meta
    assert (meta["bundle"], meta["bundle_version"]) == ("linear-gaussian", "1"), meta
    assert meta["bundle_sha256"] == digest
    assert tables["ecsv"]["a_mean"].info.meta["ucd"] == "stat.mean"
    header = fits.getheader(folder / f"{name}.fits", 1)
    assert (header["BUNDLE"], header["BUNDVERS"]) == ("linear-gaussian", "1")
    assert header["BUNDHASH"] == digest
    with fits.open(folder / f"{name}.fits") as opened:
        opened.verify("exception")
    votable = parse(folder / f"{name}.vot").get_first_table()
    assert votable.get_field_by_id_or_name("a_mean").ucd == "stat.mean"
    assert digest in (folder / f"{name}.vot").read_text(encoding="utf-8")

    frame = pd.read_parquet(folder / f"{name}.parquet")
    assert list(frame.columns) == list(wanted[0])
    assert frame["b_mean"].dtype == np.float64
    for column in frame.columns:
        for cell, row in zip(frame[column], wanted):
            text = row[column]
            if frame[column].dtype == np.float64:
                assert cell == float(text) if text else np.isnan(cell), column
            else:
                assert str(cell) == text, column
    metadata = pq.read_metadata(folder / f"{name}.parquet").metadata
    assert metadata[b"bundle"] == b"linear-gaussian"
    assert metadata[b"bundle_version"] == b"1"
    assert metadata[b"bundle_sha256"].decode() == digest
    fields = parse(io.BytesIO(metadata[b"IVOA.VOTable-Parquet.content"])).get_first_table()
    field = fields.get_field_by_id_or_name("b_mean")
    assert (field.ucd, str(field.unit)) == ("stat.mean", "dex")
    assert [one.name for one in fields.fields] == list(frame.columns)

samples = Table.read(folder / "s.csv")
arrays = np.load(folder / "s.npz")
assert arrays["object"][3] == "<a> & b"
assert list(arrays["parameters"]) == ["a", "b", "c"]
n, s, d = arrays["samples"].shape
assert (n, d) == (20, 3) and arrays["weights"].shape == (n, s)
flat = np.stack([samples[p] for p in "abc"], axis=1).reshape(n, s, d)
assert np.allclose(flat, arrays["samples"], rtol=1e-7)
assert np.allclose(arrays["weights"].sum(axis=1), 1, atol=1e-5)
posteriors = Table.read(folder / "p.fits")
mean = np.einsum("ns,nsd->nd", arrays["weights"], arrays["samples"])
for i, parameter in enumerate("abc"):
    assert np.allclose(
        mean[:, i], posteriors[f"{parameter}_mean"], atol=1e-4 * np.abs(mean[:, i]).max()
    )

lists = pd.read_parquet(folder / "s.parquet")
assert list(lists["object"]) == list(arrays["object"])
assert np.array_equal(np.stack(lists["weights"]), arrays["weights"])
for i, parameter in enumerate("abc"):
    assert np.array_equal(np.stack(lists[parameter]), arrays["samples"][:, :, i])
assert list(arrays["bundle"]) == ["linear-gaussian", "1", digest]

warnings.simplefilter("default")
import arviz  # noqa: E402

draws = arviz.from_netcdf(folder / "s.nc")
assert draws.posterior.attrs["bundle_sha256"] == digest
assert draws.posterior["a"].dims == ("chain", "draw", "object")
assert draws.posterior["b"].attrs["units"] == "dex"
assert list(draws.posterior["object"].values) == list(arrays["object"])
summary = arviz.summary(draws.sel(object="s5"), kind="stats", round_to="none")
for i, parameter in enumerate("abc"):
    # resampling moves a mean by much less than a standard deviation
    sd = posteriors[f"{parameter}_sd"][5]
    assert abs(summary["mean"][parameter] - mean[5, i]) < 0.02 * sd
    assert abs(summary["sd"][parameter] - sd) < 0.1 * sd

from getdist import loadMCSamples  # noqa: E402

os.chdir(folder)
chain = loadMCSamples("./s.1-s0", settings={"ignore_rows": 0.3})  # as the guide says
assert len(chain.weights) == s  # the samples are marked as independent, so none is left out
assert chain.getParamNames().list() == ["a", "b", "c"]
assert np.allclose(chain.mean("a"), mean[0, 0], rtol=1e-5)
assert np.allclose(chain.std("b"), posteriors["b_sd"][0], rtol=1e-2)
print("all files opened")
