"""Parts of a document, to the cent: what each line has of what was applied so far."""

from typing import NamedTuple


class Line(NamedTuple):
    """A posting; cents, debit positive."""

    id: int  # rowid
    account: int
    name: int
    home: int
    amount: int  # of the transaction's currency
    date: str
    memo: str | None


class Shares:
    """Takes a document apart as payments come in.

    All parts together are the document; each part balances.

    :param lines: the `Line` list of the document, the one on A/R or A/P first
    """

    def __init__(self, lines):
        self.control, *self.lines = lines
        self.whole = abs(self.control.amount)
        self.done = 0  # cents applied so far, in the document's currency
        self.parts = [0] * len(self.lines)  # home cents of the lines so far

    def take(self, cents):
        """(home cents of the control line, [(line, home cents)]) of the next part."""
        self.done = min(self.done + cents, self.whole)
        before, self.parts = self.parts, self._so_far()
        moved = [now - then for now, then in zip(self.parts, before, strict=True)]
        found = [
            (line, home) for line, home in zip(self.lines, moved, strict=True) if home
        ]
        return -sum(moved), found

    def _so_far(self):
        """The lines' parts of ``done``; cents lost in rounding go to the largest."""
        parts = [self._part(line.home) for line in self.lines]
        missing = -self._part(self.control.home) - sum(parts)
        if missing:
            largest = max(range(len(parts)), key=lambda i: abs(self.lines[i].home))
            parts[largest] += missing
        return parts

    def _part(self, home):
        """Half a cent goes up, on both sides of nothing."""
        cents = (2 * abs(home) * self.done + self.whole) // (2 * self.whole)
        return cents if home > 0 else -cents
