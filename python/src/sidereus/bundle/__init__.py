"""
Posteriors of sbi, lampe, zuko and others as bundles: ``python -m sidereus bundle``.

torch is imported only when a posterior is read.
"""

from .errors import Unsupported

__all__ = ["Unsupported"]
