"""The columns of reports that list transactions: their usual ones, or those asked for.

A `Field` has a title and makes its cell of one row; ``columns``, ``sort_by`` and
``sort_order`` choose among them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .. import faults
from .shape import Limit, data

ORDERS = {"ascend": False, "descend": True}


@dataclass
class Field:
    title: str
    cell: Callable  # of a row
    default: bool = True


class Listing:
    """The rows of one report.

    :param known: {key: `Field`}; columns that are unknown are left out
    :raises Fault: 2170 for an unknown ``sort_order``
    """

    def __init__(self, scope, known):
        self.known = known
        asked = [key.strip() for key in scope.arguments.get("columns", "").split(",")]
        self.fields = {key: known[key] for key in asked if key in known} or {
            key: field for key, field in known.items() if field.default
        }
        direction = scope.arguments.get("sort_order", "ascend")
        if direction not in ORDERS:
            raise faults.invalid_enumeration("sort_order", direction)
        self.backwards = ORDERS[direction]
        self.sort_by = scope.arguments.get("sort_by")
        self.limit = Limit(len(self.fields))

    @property
    def heads(self):
        """For `shape.report`."""
        return [(field.title, key) for key, field in self.fields.items()]

    def rows(self, found):
        """The data rows, sorted, up to the limit of a report."""
        if self.sort_by in self.known:
            cell = self.known[self.sort_by].cell
            found = sorted(
                found, key=lambda row: _rank(cell(row)), reverse=self.backwards
            )
        return list(self.limit.listed(found, self._row))

    def _row(self, row):
        return data(*(field.cell(row) for field in self.fields.values()))

    def line(self, title, values):
        """The cells of a heading or sum: a title, then values by column.

        :param values: {key: text}
        """
        return [title, *(values.get(key, "") for key in list(self.fields)[1:])]


def _rank(value):
    """Numbers by size, nothing as 0; then texts without regard to case."""
    text = value["value"] if isinstance(value, dict) else value
    try:
        return (0, float(text or 0), "")
    except ValueError:
        return (1, 0, text.lower())
