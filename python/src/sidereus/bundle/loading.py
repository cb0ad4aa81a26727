"""Posteriors from files."""

from __future__ import annotations

import importlib.util
import io
import pickle
import sys
import warnings
from pathlib import Path
from types import ModuleType

from ..errors import SidereusError
from .foreign import Foreign

#: What a file has that was written by the package dill, which pickle cannot read.
_DILL = b"dill._dill"


def load(path: Path, code: Path | None = None) -> Foreign:
    """
    The object in a file of ``torch.save`` or ``pickle.dump``.

    Files that hold weights alone are read without running code. All others are unpickled, which runs
    the code in them.

    :param code: a Python file, which is run. The file may need its classes and functions, under their
        own name or as those of a script or notebook. Weights alone go into what its function ``posterior()`` returns
    """
    import torch

    if not path.is_file():
        raise SidereusError(f"there is no file {path}")
    module = None if code is None else _run(code)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of protocols of pickle that torch itself does not write
            weights = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:  # noqa: BLE001 - it holds more than weights, or is no file of torch, which _unpickle says
        return _unpickle(path)
    return weights if module is None or code is None else _with_weights(module, code, weights, path)


def _run(code: Path) -> ModuleType:
    """The module of a Python file, whose names are also those of ``__main__``."""
    if not code.is_file():
        raise SidereusError(f"there is no file {code}; name the Python file of --code")
    spec = importlib.util.spec_from_file_location(code.stem, code)
    if spec is None or spec.loader is None:
        raise SidereusError(f"{code} is no Python file; --code takes one that ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(code.stem, module)
    try:
        spec.loader.exec_module(module)
    except Exception as e:
        raise SidereusError(f"{code} fails: {type(e).__name__}: {e}") from e
    main = sys.modules["__main__"]
    for name, value in vars(module).items():
        if not name.startswith("__") and not hasattr(main, name):
            setattr(main, name, value)
    return module


def _with_weights(module: ModuleType, code: Path, weights: Foreign, path: Path) -> Foreign:
    if not callable(getattr(module, "posterior", None)):
        raise SidereusError(
            f"{path} holds weights alone, and {code} has no function posterior() that returns their network"
        )
    posterior = module.posterior()
    network = getattr(posterior, "posterior_estimator", posterior)
    try:
        network.load_state_dict(weights)
    except (RuntimeError, AttributeError, TypeError) as e:
        raise SidereusError(
            f"the weights of {path} are not those of what posterior() in {code} returns: {e}"
        ) from e
    return posterior


def _unpickle(path: Path) -> Foreign:
    import torch

    contents = path.read_bytes()
    try:
        module = importlib.import_module("dill") if _DILL in contents else pickle
        if contents[:2] == b"PK":
            return torch.load(path, map_location="cpu", weights_only=False, pickle_module=module)
        loaded = _on_cpu(module)(io.BytesIO(contents)).load()
        if isinstance(loaded, int) and loaded == torch.serialization.MAGIC_NUMBER:  # torch.save of versions before 1.6
            return torch.load(path, map_location="cpu", weights_only=False, pickle_module=module)
        return loaded
    except ModuleNotFoundError as e:
        raise SidereusError(
            f"{path} needs the package {e.name}, which is not installed here: install what trained the posterior"
        ) from e
    except AttributeError as e:
        if "__main__" in str(e):
            raise SidereusError(
                f"{path} needs a class or function that the script or notebook defined which saved it ({e}); put it "
                "into a Python file and name that with --code"
            ) from e
        raise SidereusError(_unreadable(path, e)) from e
    except Exception as e:
        raise SidereusError(_unreadable(path, e)) from e


def _unreadable(path: Path, error: Exception) -> str:
    return (
        f"cannot read {path} ({type(error).__name__}: {error}); it may come from another version of the package "
        "that trained it: install that version, or save the posterior again"
    )


def _on_cpu(module: Foreign) -> Foreign:
    """The class that unpickles by pickle or dill, and tensors of a graphics card on a machine without one."""

    class OnCpu(module.Unpickler):
        def find_class(self, module: str, name: str) -> Foreign:
            if module == "torch.storage" and name == "_load_from_bytes":
                import torch

                return lambda data: torch.load(io.BytesIO(data), map_location="cpu", weights_only=False)
            return super().find_class(module, name)

    return OnCpu
