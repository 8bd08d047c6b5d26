"""Records by what people call them, so that a profile fits another database."""

from odoo.fields import Domain

#: What tells records of a model apart; others are told apart by their display name.
NAMES = {
    "account.account": ("code", "name"),
    "account.journal": ("code", "name"),
    "account.tax": ("name", "amount", "type_tax_use"),
    "account.analytic.plan": ("complete_name",),
    "account.analytic.account": ("name", "plan_id.complete_name"),
    "account.payment.method.line": ("journal_id.name", "name"),
    "account.payment.term": ("name",),
    "account.fiscal.position": ("name",),
    "res.currency": ("name",),
    "qbo.object": ("entity", "name"),
}
#: Where numbers differ from chart to chart, a name that only one record has will do.
BY_NAME_TOO = ("account.account", "account.journal")


class Names:
    """Names of records of one connection, and the records of names.

    Each model is read once. Only records of the connection's company are known.
    """

    def __init__(self, backend):
        self.backend = backend
        self.env = backend.with_company(backend.company_id).env
        self._known = {}

    def of(self, record):
        """{field: value} that names a record, or None for none."""
        if not record:
            return None
        record = record.with_env(self.env)
        return {path: _value(record, path) for path in self._paths(record._name)}

    def text(self, named):
        """How people read such a name."""
        values = named.values() if isinstance(named, dict) else [named]
        return " ".join(str(value) for value in values if value)

    def find(self, model, named):
        """The record of a name; an empty recordset where none or several have it."""
        records = self.env[model]
        paths = self._paths(model)
        if not isinstance(named, dict) or set(named) != set(paths):
            return records
        if not all(isinstance(value, str | int | float) for value in named.values()):
            return records
        found = self._having(model, paths, tuple(named[path] for path in paths))
        if not found and model in BY_NAME_TOO:
            found = self._having(model, ("name",), (named["name"],))
        return found if len(found) == 1 else records

    def _paths(self, model):
        return NAMES.get(model, ("display_name",))

    def _having(self, model, paths, values):
        key = model, paths
        if key not in self._known:
            records = self.env[model].search(self._domain(model))
            self._known[key] = records.grouped(
                lambda record: tuple(_value(record, path) for path in paths)
            )
        return self._known[key].get(values, self.env[model])

    def _domain(self, model):
        records = self.env[model]
        if model == "qbo.object":
            own = Domain("backend_id", "=", self.backend.id)
            return own & Domain("deleted", "=", False)
        if model == "account.payment.method.line":
            return Domain("journal_id.company_id", "=", self.backend.company_id.id)
        if {"company_id", "company_ids"} & records._fields.keys():
            return Domain(records._check_company_domain(self.backend.company_id))
        return Domain.TRUE


def _value(record, path):
    for field in path.split("."):
        record = record[field]
    return record or ""
