"""Opens the files of `sidereus infer` in a folder; run by InferPythonTest."""

import csv
import hashlib
import pathlib
import sys
import warnings

import numpy as np
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

warnings.simplefilter("default")
from getdist import loadMCSamples  # noqa: E402

chain = loadMCSamples(str(folder / "s.1-s0"), settings={"ignore_rows": 0})
assert chain.getParamNames().list() == ["a", "b", "c"]
assert np.allclose(chain.mean("a"), mean[0, 0], rtol=1e-5)
assert np.allclose(chain.std("b"), posteriors["b_sd"][0], rtol=1e-2)
print("all files opened")
