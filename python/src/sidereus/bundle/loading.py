"""Posteriors from files."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

from ..errors import SidereusError


def load(path: Path):
    """
    The object in a file of ``torch.save`` or ``pickle.dump``.

    Files that hold weights alone are read without running code. All others are unpickled, which runs
    the code in them.
    """
    import torch

    if not path.is_file():
        raise SidereusError(f"there is no file {path}")
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception:  # noqa: S110 - it holds more than weights, or is no file of torch
        pass
    try:
        if path.open("rb").read(2) == b"PK":
            return torch.load(path, map_location="cpu", weights_only=False)
        with path.open("rb") as file:
            return _OnCpu(file).load()
    except ModuleNotFoundError as e:
        raise SidereusError(
            f"{path} needs the package {e.name}, which is not installed here: install what trained the posterior"
        ) from e
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, RuntimeError) as e:
        raise SidereusError(
            f"cannot read {path} ({type(e).__name__}: {e}); it may come from another version of the package "
            "that trained it: install that version, or save the posterior again"
        ) from e


class _OnCpu(pickle.Unpickler):
    """Reads tensors of a graphics card on a machine without one."""

    def find_class(self, module, name):
        if module == "torch.storage" and name == "_load_from_bytes":
            import torch

            return lambda data: torch.load(io.BytesIO(data), map_location="cpu", weights_only=False)
        return super().find_class(module, name)
