"""CustomerSales, ItemSales, ClassSales, DepartmentSales: income by whom and what."""

from . import dimensions
from .closing import moved
from .shape import accounts, cell, data, figure, report, total

BY = {
    "CustomerSales": "Customers",
    "ItemSales": "ProductsAndServices",
    "ClassSales": "Classes",
    "DepartmentSales": "Departments",
}


def income(books, name, scope):
    """What was posted to income accounts, a row for each customer, item, ...

    ``scope.columns`` is that of `BY`, whatever was asked for."""
    chart = accounts(books)
    *columns, _everything = moved(books, scope, chart)
    rows, whole = [], 0
    for column in columns:
        cents = -sum(
            value
            for account, value in column.sums.items()
            if chart[account]["AccountType"] == "Income"
        )
        if cents:
            whole += cents
            rows.append(data(cell(column.title, column.more.get("ID")), figure(cents)))
    if rows:
        rows.append(total("TOTAL", figure(whole)))
    _column, entity = dimensions.COLUMNS[scope.columns]
    heads = [("", entity, entity.lower()), ("Total", "Money", "total")]
    return report(books, name, scope, heads, rows)
