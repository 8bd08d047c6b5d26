"""A query as text to a query as data."""

from dataclasses import dataclass, field
from pathlib import Path

from lark import Lark, Transformer, UnexpectedCharacters, UnexpectedInput
from lark.exceptions import UnexpectedEOF, VisitError

from .. import faults

TODAY = object()  # the value CURRENT_DATE
MOST_CONDITIONS, MOST_VALUES = 200, 100_000  # SQLite has its own limits
MOST_DIGITS = 18  # of a position


@dataclass
class Condition:
    path: str  # "MetaData.LastUpdatedTime"
    operator: str  # = < > <= >= in like
    values: list  # of str, bool or TODAY


@dataclass
class Statement:
    entity: str
    columns: list | None = None  # None is *
    counting: bool = False
    conditions: list = field(default_factory=list)
    ordering: list = field(default_factory=list)  # (path, descending)
    start: int = 1
    limit: int | None = None


class _Reader(Transformer):
    def path(self, parts):
        return ".".join(parts)

    def all(self, _):
        return None

    def count(self, _):
        return "count"

    def columns(self, paths):
        return list(paths)

    def string(self, parts):
        text = parts[0][1:-1]
        return text.replace("\\\\", "\0").replace("\\", "").replace("\0", "\\")

    def number(self, parts):
        return str(parts[0])

    def true(self, _):
        return True

    def false(self, _):
        return False

    def today(self, _):
        return TODAY

    def compare(self, parts):
        return Condition(parts[0], str(parts[1]), [parts[2]])

    def among(self, parts):
        return Condition(parts[0], "in", parts[1:])

    def like(self, parts):
        return Condition(parts[0], "like", parts[1:])

    def where(self, conditions):
        return ("conditions", conditions)

    def ordering(self, parts):
        return parts[0], len(parts) > 1 and parts[1].lower() == "desc"

    def order(self, orderings):
        return ("ordering", orderings)

    def startposition(self, parts):
        return ("start", str(parts[0]))

    def maxresults(self, parts):
        return ("limit", str(parts[0]))

    def start(self, parts):
        selection, entity, *clauses = parts
        statement = Statement(entity=str(entity))
        statement.counting = selection == "count"
        statement.columns = selection if isinstance(selection, list) else None
        for name, value in (each for each in clauses if each):
            value = _position(name, value) if name in ("start", "limit") else value
            setattr(statement, name, value)
        return statement


def _position(name, text):
    """:raises Fault: 4001 for positions and sizes that cannot be"""
    least = 1 if name == "start" else 0
    if "." in text:
        raise faults.query_invalid(f"value {text} is not an integer")
    if len(text) > MOST_DIGITS:
        raise faults.query_invalid(f"value {text} is too large")
    if int(text) < least:
        raise faults.query_invalid(
            f"value {text} is too small. Min allowed value is {least}"
        )
    return int(text)


_PARSER = Lark(
    (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8"),
    parser="lalr",
    lexer="contextual",
)


def parse(text):
    """
    :raises Fault: 4000 where the grammar is broken; 4001 when it asks for too much
    """
    try:
        tree = _PARSER.parse(text)
    except UnexpectedEOF:
        raise faults.query_syntax('Encountered "<EOF>".') from None
    except UnexpectedInput as problem:
        token = getattr(problem, "token", None)
        if isinstance(problem, UnexpectedCharacters):
            token = text[problem.pos_in_stream : problem.pos_in_stream + 12]
        raise faults.query_syntax(
            f'Encountered " {token} " at line {problem.line}, column {problem.column}.'
        ) from None
    try:
        statement = _Reader(visit_tokens=False).transform(tree)
    except VisitError as problem:
        raise problem.orig_exc from None
    values = sum(len(condition.values) for condition in statement.conditions)
    if len(statement.conditions) > MOST_CONDITIONS or values > MOST_VALUES:
        raise faults.query_invalid("the statement has too many conditions")
    return statement
