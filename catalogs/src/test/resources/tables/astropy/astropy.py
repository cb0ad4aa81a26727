"""Writes a table with masks, a quantity and times by astropy, in each format that keeps them: python astropy.py FOLDER"""
import os
import sys

sys.path.pop(0)  # this script has the name of the library

import numpy as np
from astropy import units
from astropy.table import MaskedColumn, QTable
from astropy.time import Time
from astropy.utils.masked import Masked

folder = sys.argv[1]
mask = [False, True, False]

table = QTable()
table["object"] = ["a", "b", "c"]
table["C_Fe"] = MaskedColumn([0.1, 0.2, 0.3], mask=mask)
table["n"] = MaskedColumn(np.array([1, 2, 3], "i8"), mask=mask)
table["name"] = MaskedColumn(["x", "y", "z"], mask=mask)
table["mq"] = Masked([1.0, 2.0, 3.0] * units.mmag, mask=mask)
table["time"] = Time([58000.0, 58000.25, 58000.5], format="mjd", scale="tai")


def path(name):
    return os.path.join(folder, name)


table.write(path("values.ecsv"), overwrite=True)
table.write(path("masks.ecsv"), overwrite=True, serialize_method={MaskedColumn: "data_mask", Time: "jd1_jd2"})
table.write(path("masks.fits"), overwrite=True)
table.write(path("masks.parquet"), overwrite=True)
texts = table.copy()
texts["object"] = texts["object"].astype("S")
texts["name"] = MaskedColumn(np.array(["x", "y", "z"], "S"), mask=mask)
texts.write(path("masks.hdf5"), path="data", overwrite=True, serialize_meta=True)
