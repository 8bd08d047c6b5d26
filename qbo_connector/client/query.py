"""Texts of QuickBooks' query language, safely quoted.

Source: "Data queries" page: all values in single quotes, numbers too; booleans bare;
no OR, no parentheses. An apostrophe is escaped with a backslash (recorded; doubling
it is not). Times need an offset, because QuickBooks guesses one otherwise.
"""

import re
from datetime import date, datetime
from decimal import Decimal

MAX_PAGE = 1000
OPERATORS = ("=", "<", ">", "<=", ">=", "IN", "LIKE")

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*")
_ORDER = re.compile(_NAME.pattern + r"( (ASC|DESC))?")


def literal(value):
    """`value` as the query language writes it.

    :param value: str, bool, int, float, Decimal, date or a datetime with time zone
    :raises ValueError: for a datetime without time zone, or any other type
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value!r} needs a time zone: QuickBooks guesses one")
        text = value.isoformat(timespec="seconds")
    elif isinstance(value, date):
        text = value.isoformat()
    elif isinstance(value, Decimal):
        text = format(value, "f")
    elif isinstance(value, int | float):
        text = str(value)
    elif isinstance(value, str):
        text = value.replace("\\", "\\\\").replace("'", "\\'")
    else:
        raise ValueError(f"QuickBooks has no literal for {value!r}")
    return f"'{text}'"


def condition(field, op, value):
    """One condition, such as `DisplayName = 'Amy\\'s'`; join several with " AND ".

    :param str field: `Balance`, `MetaData.LastUpdatedTime`, ...
    :param str op: one of `OPERATORS`; IN takes a list or tuple that is not empty
    :raises ValueError: for a name, operator or value QuickBooks cannot have
    """
    op = op.upper()
    if op not in OPERATORS:
        raise ValueError(f"QuickBooks has no operator {op!r}")
    if op != "IN":
        return f"{name(field)} {op} {literal(value)}"
    if not value:
        raise ValueError(f"{field} IN () would match nothing: give it a value")
    return f"{name(field)} IN ({', '.join(literal(one) for one in value)})"


def select(entity, where="", order_by=None, start=None, size=None, fields="*"):
    """A whole statement.

    :param str where: conditions of `condition()`, joined with " AND "
    :param str order_by: a field, with " DESC" behind it to turn the order
    :param int start: first row, counted from 1
    :param int size: rows at most, up to `MAX_PAGE`
    :param fields: "*", "COUNT(*)", or a list of names
    :raises ValueError: for a name or number QuickBooks cannot have
    """
    if fields not in ("*", "COUNT(*)"):
        fields = ", ".join(name(field) for field in fields)
    statement = f"SELECT {fields} FROM {name(entity)}"
    if where:
        statement += f" WHERE {where}"
    if order_by:
        if not _ORDER.fullmatch(order_by):
            raise ValueError(f"QuickBooks cannot order by {order_by!r}")
        statement += f" ORDERBY {order_by}"
    if start is not None:
        if start < 1:
            raise ValueError(f"Rows are counted from 1, not from {start}")
        statement += f" STARTPOSITION {start}"
    if size is not None:
        if not 1 <= size <= MAX_PAGE:
            raise ValueError(f"A page has 1 to {MAX_PAGE} rows, not {size}")
        statement += f" MAXRESULTS {size}"
    return statement


def name(text):
    """`text`, when it can be a field or an entity.

    :raises ValueError: when it cannot
    """
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is not a QuickBooks name")
    return text
