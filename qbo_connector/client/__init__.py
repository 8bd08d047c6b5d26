"""QuickBooks Online over HTTP. Knows no Odoo: works in a plain Python shell too."""

from .batch import BatchItem, BatchResult
from .cdc import CdcChanges
from .errors import (
    QboAuthError,
    QboError,
    QboFault,
    QboThrottled,
    QboUnavailable,
)
from .oauth import OAuth, Tokens
from .query import condition, literal, select
from .session import QboClient
from .transport import CallInfo

__all__ = [
    "BatchItem",
    "BatchResult",
    "CallInfo",
    "CdcChanges",
    "OAuth",
    "QboAuthError",
    "QboClient",
    "QboError",
    "QboFault",
    "QboThrottled",
    "QboUnavailable",
    "Tokens",
    "condition",
    "literal",
    "select",
]
