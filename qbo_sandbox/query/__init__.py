"""QuickBooks' query language."""

from .evaluate import run

__all__ = ["run"]
