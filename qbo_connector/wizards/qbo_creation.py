from odoo import api, fields, models

from ..client import QboError, QboFault, condition, faults, select
from ..const import REFERENCE_LISTS
from ..entities.account import account_payload
from ..entities.payment_method import payment_method_payload
from ..entities.term import term_payload
from ..models.qbo_backend_needs import DUPLICATE_NAME
from ..models.qbo_backend_slots import TWINS
from ..models.sending import Refusal, cause_of

ENTITIES = [
    ("Account", "Account"),
    ("Item", "Item"),
    ("TaxCode", "Tax code"),
    ("Term", "Payment term"),
    ("PaymentMethod", "Payment method"),
]
SOLD_TYPES = ("Service", "NonInventory")


class QboCreation(models.TransientModel):
    """What QuickBooks lacks, by name; created there when a person says so.

    An entry of QuickBooks that has the name already is taken. All calls come first,
    all writes last, and a repeated request gets the first answer: pressing twice
    creates nothing twice.
    """

    _name = "qbo.creation"
    _description = "Create in QuickBooks"

    backend_id = fields.Many2one("qbo.backend", required=True, ondelete="cascade")
    line_ids = fields.One2many("qbo.creation.line", "creation_id")
    sentence = fields.Char(compute="_compute_sentence")

    @api.depends("line_ids.chosen", "line_ids.name", "line_ids.entity")
    def _compute_sentence(self):
        for creation in self:
            creation.sentence = creation._what(
                creation.line_ids.filtered("chosen").mapped("label")
            )

    def _what(self, labels):
        if not labels:
            return self.env._("Nothing is chosen.")
        return self.env._("Create in QuickBooks: %s.", ", ".join(labels))

    def action_create(self):
        """Create or take what is chosen, one by one; what fails says why.

        :returns: a toast when all is done, else the window with the reasons.
        """
        self.ensure_one()
        self.backend_id.check_access("write")
        chosen = self.line_ids.filtered("chosen")
        client = self.backend_id._talk(self.backend_id._client)
        answers, problems = {}, {}
        for line in chosen.sorted(lambda x: [e for e, _n in ENTITIES].index(x.entity)):
            try:
                answers[line] = line._take_or_create(client, answers)
            except Refusal as refusal:
                problems[line] = str(refusal)
            except QboError as error:
                problems[line] = line._words(error)
        for line, (rows, words) in answers.items():
            line._store(rows)
            line.write({"chosen": False, "done": True, "message": words})
        for line, words in problems.items():
            line.message = words
        return self._outcome(answers, problems)

    def _open(self):
        """The window, wide enough for reasons."""
        return self._get_records_action(
            name=self.env._("Create in QuickBooks"),
            target="new",
            view_mode="form",
            context={"dialog_size": "extra-large"},
        )

    def _outcome(self, answers, problems):
        if problems:
            return self._open()
        sentences = [words for _rows, words in answers.values()]
        return self.backend_id._toast(" ".join(sentences))


class QboCreationLine(models.TransientModel):
    _name = "qbo.creation.line"
    _description = "Create in QuickBooks, Line"

    creation_id = fields.Many2one("qbo.creation", required=True, ondelete="cascade")
    chosen = fields.Boolean(" ", default=True)
    done = fields.Boolean()
    entity = fields.Selection(ENTITIES, "What", required=True, readonly=True)
    name = fields.Char("Name in QuickBooks", required=True)
    purpose = fields.Char("For", readonly=True)
    slot = fields.Char(readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        required=True, model_field="res_model", readonly=True
    )
    message = fields.Char("Result", readonly=True)
    label = fields.Char(compute="_compute_label")

    @api.depends("entity", "name")
    def _compute_label(self):
        kinds = dict(self._fields["entity"]._description_selection(self.env))
        for line in self:
            line.label = f"{kinds.get(line.entity, '').lower()} “{line.name}”"

    def _record(self):
        return self.env[self.res_model].browse(self.res_id)

    # --- Calls ------------------------------------------------------------------------

    def _take_or_create(self, client, answers):
        """
        :param dict answers: of the lines before: {line: (rows, words)}.
        :returns: ([(entity, QuickBooks' object)], what was done as a sentence).
        :raise Refusal: it cannot be created; it says why.
        :raise QboError: QuickBooks refused or did not answer.
        """
        if self.entity == "TaxCode":
            return self._take_or_create_tax(client)
        body = self._body(answers)
        found = self._named(client, self.entity)
        if found:
            self._check_kind(found, body)
            return [(self.entity, found)], self._taken()
        made = client.create(self.entity, body, self._requestid())
        return [(self.entity, made)], self._created()

    def _body(self, answers):
        record = self._record()
        if self.entity == "Account":
            return account_payload(record, self.name, self.slot)
        if self.entity == "Item":
            income = self._income(answers)
            return {"Name": self.name, "Type": "Service", "IncomeAccountRef": income}
        payload = term_payload if self.entity == "Term" else payment_method_payload
        return {**payload(record), "Name": self.name}

    def _income(self, answers):
        """Reference of the account of a new item: mapped, or created a moment ago."""
        account = self._record()
        for line, (rows, _words) in answers.items():
            if line.entity == "Account" and line._record() == account:
                return {"value": rows[0][1]["Id"]}
        twin = self.creation_id.backend_id._account_twin(account)
        if not twin:
            raise Refusal(
                self.env._(
                    "%s is not mapped to an account of QuickBooks. Choose its line too,"
                    " or map it under Accounts.",
                    account.display_name,
                )
            )
        return {"value": twin.qbo_id}

    def _take_or_create_tax(self, client):
        found = self._named(client, "TaxCode")
        if found:
            rates = self._rates(client, found)
            if [rate["RateValue"] for rate in rates] != [self._record().amount]:
                raise Refusal(
                    self.env._(
                        "QuickBooks has a tax code “%s” with other rates. Give another"
                        " name.",
                        self.name,
                    )
                )
            return self._tax_rows(found, rates), self._taken()
        made = client.create_tax_code(self._tax_body(client), self._requestid())
        code = client.read("TaxCode", made["TaxCodeId"])
        return self._tax_rows(code, self._rates(client, code)), self._created()

    def _tax_body(self, client):
        """
        :raise Refusal: it is not clear to whom the tax is reported; codes cannot be
            changed once they are made.
        """
        agencies = client.query(select("TaxAgency"))
        if len(agencies) != 1:
            raise Refusal(
                self.env._(
                    "QuickBooks has %(count)s tax agencies (%(names)s). Create the code"
                    " there under Taxes, press Refresh and map its rate.",
                    count=len(agencies),
                    names=", ".join(row["DisplayName"] for row in agencies) or "-",
                )
            )
        rate = {
            "TaxRateName": self.name,
            "RateValue": self._record().amount,
            "TaxAgencyId": agencies[0]["Id"],
            "TaxApplicableOn": "Sales",
        }
        return {"TaxCode": self.name, "TaxRateDetails": [rate]}

    def _rates(self, client, code):
        details = code.get("SalesTaxRateList", {}).get("TaxRateDetail", [])
        return [client.read("TaxRate", row["TaxRateRef"]["value"]) for row in details]

    def _tax_rows(self, code, rates):
        return [("TaxRate", rates[0]), ("TaxCode", code)]

    def _named(self, client, entity):
        """The active entry of QuickBooks that has the name, or None."""
        rows = client.query(select(entity, condition("Name", "=", self.name)))
        return next((row for row in rows if row.get("Active", True)), None)

    def _check_kind(self, found, body):
        """
        :raise Refusal: what has the name is something else.
        """
        fitting = {
            "Account": found.get("AccountType") == body.get("AccountType"),
            "Item": found.get("Type") in SOLD_TYPES,
            "Term": found.get("DueDays") == body.get("DueDays"),
        }
        if not fitting.get(self.entity, True):
            raise Refusal(
                self.env._(
                    "QuickBooks has “%s” already, but of another kind. Give another"
                    " name.",
                    self.name,
                )
            )

    def _requestid(self):
        """The same for the same thing under the same name: it is made once.

        Where one was made and is inactive now, another one may be made.
        """
        backend = self.creation_id.backend_id
        former = self.env["qbo.object"].search_count(
            [
                ("backend_id", "=", backend.id),
                ("entity", "=", self.entity),
                ("name", "=like", f"{self.name} (deleted%"),
            ]
        )
        variant = f"{self.slot or ''}/{self.name}/{former}"
        return backend._requestid(self.entity, self._record(), variant)

    # --- Words ------------------------------------------------------------------------

    def _created(self):
        return self.env._("Created %s.", self.label)

    def _taken(self):
        return self.env._("Took %s, which was there.", self.label)

    def _words(self, error):
        """A refusal as a sentence: what it means, QuickBooks' words, what to do."""
        if isinstance(error, QboFault) and error.code == DUPLICATE_NAME:
            return self.env._(
                "The name “%(name)s” is taken in QuickBooks by an inactive entry, or by"
                " one of another kind. Make it active there and press Create again, or"
                " give another name here. QuickBooks says: “%(words)s”.",
                name=self.name,
                words=error,
            )
        decision = faults.of_error(error)
        return self.env._(
            "%(meaning)s. QuickBooks says: “%(words)s”. %(remedy)s, then press Create"
            " again: nothing is created twice.",
            meaning=self.env._(decision.meaning),
            words=error,
            remedy=self.env._(decision.remedy),
        )

    # --- Writing, at the end ----------------------------------------------------------

    def _store(self, rows):
        """Keep QuickBooks' answer, link it, and let go on what waited for it."""
        backend, record = self.creation_id.backend_id, self._record()
        objects = self.env["qbo.object"]
        for entity, payload in rows:
            objects._upsert(backend, entity, [payload])
        row = objects._find(backend, rows[0][0], rows[0][1]["Id"])
        if self.entity == "Item":
            backend[self.slot] = row
        else:
            row._link(record)
        backend._settle_reference_lists()
        backend.invalidate_recordset([*TWINS.values(), "used_item_id"])
        backend._continue_waiting(row.filtered(lambda o: o.entity in REFERENCE_LISTS))
        backend._release_fixed([cause_of(record)])
