"""QuickBooks' classes and locations as analytic accounts, in both directions. Pure.

QuickBooks takes one Class for each line, or one for each document, and one Department
("location") for each document (page of Preferences); Odoo shares a line out among
analytic accounts of several plans.
"""

from typing import Any, NamedTuple


class Dimension(NamedTuple):
    """One of the two lists on its way to QuickBooks.

    :ivar plan: the root analytic plan that it stands for
    :ivar dict ids: {analytic account: QuickBooks id}
    :ivar bool by_line: whether each line has its own; else the document has one
    """

    entity: str
    plan: Any
    ids: dict
    by_line: bool = False

    def chosen(self, lines):
        """The analytic account with the largest share of these lines, and all others.

        :returns: (account or an empty recordset, the other accounts)
        """
        accounts = lines.distribution_analytic_account_ids.filtered(
            lambda account: account.root_plan_id == self.plan
        )
        shares = dict.fromkeys(accounts.sorted("id"), 0.0)
        for line in lines:
            # A line of nothing still decides where no other one does.
            weight = abs(line.price_subtotal) or 1e-6
            for key, percent in (line.analytic_distribution or {}).items():
                named = key.split(",")
                for account in accounts.filtered(lambda a, n=named: str(a.id) in n):
                    shares[account] += percent * weight
        largest = max(shares, key=shares.get, default=accounts)
        return largest, accounts - largest

    def reference(self, lines):
        """{"ClassRef": ...} of these lines, or {} where none of theirs is known."""
        known = self.ids.get(self.chosen(lines)[0])
        return {f"{self.entity}Ref": {"value": known}} if known else {}


def line_references(line, refs):
    """What an invoice line says of its class, where QuickBooks asks for it by line."""
    return _references(line, (one for one in refs.dimensions if one.by_line))


def document_references(move, refs):
    """What a document says of its location, and of its class where it has only one."""
    whole = [one for one in refs.dimensions if not one.by_line]
    return _references(move.invoice_line_ids, whole)


def _references(lines, dimensions):
    found = {}
    for dimension in dimensions:
        found |= dimension.reference(lines)
    return found


def line_distribution(detail, books):
    """The analytic account of a QuickBooks line's class, as a value of an Odoo line."""
    account = books.dimensions.get(("Class", _id(detail, "ClassRef")))
    return {"analytic_distribution": {str(account): 100.0}} if account else {}


def with_document_dimensions(lines, payload, books):
    """Give the lines of a document its location, and its class where they have none."""
    if not books.dimensions:
        return lines
    whole = books.dimensions.get(("Class", _id(payload, "ClassRef")))
    location = books.dimensions.get(("Department", _id(payload, "DepartmentRef")))
    for line in lines:
        if "price_unit" in line:
            own = next(iter(line.get("analytic_distribution", ())), whole)
            accounts = [str(account) for account in (own, location) if account]
            if accounts:
                line["analytic_distribution"] = {",".join(accounts): 100.0}
    return lines


def _id(payload, field):
    return (payload.get(field) or {}).get("value")
