from odoo import fields, models

from odoo.addons.queue_job.exception import RetryableJobError

from ..client import QboFault
from ..const import DESCRIPTION_LENGTH
from ..entities import twins
from ..entities.sales_payload import sales_payload
from .sending import Refusal, cause_of

#: The cause of documents that another one of QuickBooks has the number of.
NUMBER_TAKEN = "number_taken"


class QboBackend(models.Model):
    """Invoices and credit notes of Odoo on their way to QuickBooks."""

    _inherit = "qbo.backend"

    number_collision = fields.Selection(
        [
            ("link", "Link it, if customer and total are the same"),
            ("suffix", "Send ours with a suffix"),
            ("quickbooks", "Let QuickBooks number ours"),
        ],
        "If an Invoice's Number Is Taken",
        default="link",
        required=True,
        help="QuickBooks has an invoice or credit memo with the number of one that Odoo"
        " is about to send. What is linked stays there as it is; where it differs, the"
        " document says so.",
    )

    def _send_moves(self, sending, moves):
        """Send invoices and credit notes; their totals are read back.

        What cannot be sent is noted, and holds back nothing else.
        """
        self._link_items_by_sku(sending, moves)
        bodies = {}
        for move in moves:
            try:
                bodies[move] = self._sales_body(sending, move)
            except (Refusal, QboFault) as problem:
                self._refuse(sending, move, problem)
            except RetryableJobError as trouble:
                self._send_later(sending, move, trouble.__cause__)
        self._send_documents(sending, bodies)

    def _sales_body(self, sending, move):
        """What QuickBooks should have of a document, once its names are there.

        :raise Refusal: it cannot be sent; it says why.
        """
        self._require_flow(move._qbo_entity(), move)
        self._require_currency(move)
        self._send_customer(sending, move.partner_id, move.currency_id)
        for line in move.invoice_line_ids.filtered("product_id"):
            self._send_item(sending, line)
        self._send_term(sending, move)
        self._remark_cuts(sending, move)
        try:
            body = sales_payload(move, sending.refs)
        except LookupError as taxes:
            raise Refusal(
                self.env._(
                    "%(document)s uses the tax %(taxes)s, which is not mapped to a"
                    " QuickBooks tax code. Map it, then press Export back to"
                    " QuickBooks.",
                    document=move.name,
                    taxes=taxes,
                ),
                cause_of(move.invoice_line_ids.tax_ids[:1]),
            ) from taxes
        return self._in_open_books(sending, move, body)

    def _remark_names(self, sending, document, items=()):
        """Other names in QuickBooks, of its customer and items, are told on it, too."""
        customer = document.partner_id.commercial_partner_id
        for record in dict.fromkeys([customer, *items]):
            if record in sending.remarks:
                sending.remark(document, sending.remarks[record])

    def _remark_cuts(self, sending, move):
        """Say what was cut or renamed to fit into QuickBooks."""
        items = map(self._item_record, move.invoice_line_ids)
        self._remark_names(sending, move, items)
        if any(len(line.name or "") > DESCRIPTION_LENGTH for line in move.line_ids):
            sending.remark(
                move,
                self.env._(
                    "A description was cut to %s characters.", DESCRIPTION_LENGTH
                ),
            )

    # --- Numbers ----------------------------------------------------------------------

    def _settle_numbers(self, sending, bodies, known, rows):
        """Where another document of QuickBooks has a number, the policy decides (D2).

        :param dict bodies: {document: body}; numbers are changed in it.
        :param dict known: {document: object} of what is there already.
        """
        for move, body in bodies.items():
            if move in known or move._name != "account.move":
                continue
            others = [row for row in rows if row.get("DocNumber") == body["DocNumber"]]
            if others:
                self._settle_number(sending, move, body, others[0])

    def _keep_number(self, document, body, there):
        """A number that was given because ours is taken stays."""
        number = there.get("DocNumber")
        if not number or "DocNumber" not in body:
            return
        first = not document.qbo_id  # its answer was lost, and with it the number
        theirs = self.number_collision == "quickbooks" and (
            first or number == document.qbo_number
        )
        if theirs or number == twins.suffixed(body["DocNumber"], document):
            body["DocNumber"] = number

    def _settle_number(self, sending, move, body, other):
        if self.number_collision == "suffix":
            body["DocNumber"] = twins.suffixed(body["DocNumber"], move)
        elif self.number_collision == "quickbooks":
            del body["DocNumber"]
        elif _is_alike(move, body, other):
            self._link_there(sending, move, other)
            return
        else:
            sending.problems[move] = self._number_taken(move, other), NUMBER_TAKEN
            return
        sending.remark(
            move,
            self.env._(
                "QuickBooks has another document with the number %s.", move.name
            ),
        )

    def _link_there(self, sending, move, other):
        """Somebody entered the document there, too: it stays as they wrote it.

        What it has otherwise is told, as of all that is linked.
        """
        row = self.env["qbo.object"]._find(self, move._qbo_entity(), other["Id"])
        twin = row and row._record()
        if twin and twin != move:
            sending.problems[move] = self._number_linked(move, twin), NUMBER_TAKEN
            return
        sending.answered(move._qbo_entity(), other, move)
        sending.remark(
            move,
            self.env._(
                "QuickBooks had it already, under this number: it is linked to that,"
                " and nothing was changed there."
            ),
        )

    def _number_linked(self, move, twin):
        return self.env._(
            "%(document)s: QuickBooks has this number already, for what is"
            " %(twin)s here. If both are the same, cancel one of them; else change one"
            " of the two numbers. Then press Export back to QuickBooks.",
            document=move.name,
            twin=twin.display_name,
        )

    def _number_taken(self, move, other):
        return self.env._(
            "%(document)s: QuickBooks has this number already, for %(customer)s, dated"
            " %(date)s, with a total of %(total)s. Change one of the two numbers, or"
            " choose under Configure what happens then, and press Export back to"
            " QuickBooks.",
            document=move.name,
            customer=other.get("CustomerRef", {}).get("name"),
            date=other.get("TxnDate"),
            total=f"{other.get('TotalAmt') or 0.0:.2f}",
        )


def _is_alike(move, body, other):
    """The same document, entered on both sides: its customer and total agree."""
    return (
        other["CustomerRef"]["value"] == body["CustomerRef"]["value"]
        and not move.currency_id.compare_amounts(
            other.get("TotalAmt") or 0.0, move.amount_total
        )
        and not twins.is_voided(other)
    )
