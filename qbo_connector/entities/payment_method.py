from odoo import api, models

#: QuickBooks' limit of a payment method's name (page of the PaymentMethod entity).
NAME_LENGTH = 31


def payment_method_payload(line):
    """A payment method line of an Odoo journal as a new QuickBooks payment method."""
    return {"Name": line.name.strip()[:NAME_LENGTH], "Type": "NON_CREDIT_CARD"}


class QboEntityPaymentMethod(models.AbstractModel):
    """A QuickBooks payment method is a method of the journal of imported payments."""

    _name = "qbo.entity.paymentmethod"
    _inherit = "qbo.entity"
    _description = "QuickBooks Payment Method"
    _odoo_model = "account.payment.method.line"

    @api.model
    def _apply(self, backend, objects):
        lines = objects._records()
        for obj, line in lines.items():
            obj._link(line)
        known = objects.browse().union(*lines)
        gone = (objects - known).filtered(
            lambda o: o.deleted or not o.payload.get("Active", True)
        )
        gone._ignore(self.env._("Inactive in QuickBooks."))
        rest = objects - known - gone
        if backend.payment_journal_id:
            self._link_lines(backend.payment_journal_id, rest)
        else:
            rest._ignore(self.env._("Shown once there is a journal for payments."))

    def _link_lines(self, journal, objects):
        """Lines of the same name are taken; missing ones are added to the journal."""
        lines = journal.inbound_payment_method_line_ids
        by_name = {line.name.casefold(): line for line in lines}
        new = objects.filtered(lambda o: o.name.casefold() not in by_name)
        manual = self.env.ref("account.account_payment_method_manual_in")
        created = lines.create(
            [
                {
                    "name": obj.name,
                    "journal_id": journal.id,
                    "payment_method_id": manual.id,
                    "payment_account_id": lines[:1].payment_account_id.id,
                }
                for obj in new
            ]
        )
        by_name |= {line.name.casefold(): line for line in created}
        for obj in objects:
            obj._link(by_name[obj.name.casefold()])
