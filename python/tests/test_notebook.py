"""The notebook runs from its first to its last cell."""

import json
import os
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parent.parent / "notebook.ipynb"


@pytest.mark.skipif("SIDEREUS_BOOTSTRAP_SERVERS" not in os.environ, reason="no service runs")
def test_notebook_runs(published, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    names = {}
    for number, cell in enumerate(json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)  # noqa: S102
    assert len(names["objects"]) > 0
    assert names["figure"] is not None
