import uuid

from odoo import models

from odoo.addons.queue_job.exception import RetryableJobError

from ..client import (
    BatchItem,
    QboAuthError,
    QboError,
    QboFault,
    condition,
    select,
)
from ..entities.customer import customer_payload, quickbooks_name
from ..entities.invoice import invoice_payload
from ..entities.item import item_payload
from ..entities.payment import payment_payload
from ..entities.refs import Refs
from .fault_words import explain
from .qbo_backend_flow import FLOW_FIELDS

#: "Duplicate name exists": another customer, vendor, employee or item has it.
DUPLICATE_NAME = "6240"
#: What is put behind a customer's name that a vendor or an employee has already.
NAME_SUFFIX = " (customer)"


#: Seconds until a payment that met passing trouble in a set is tried on its own.
PAUSE = 20


class Refusal(Exception):
    """Why a document cannot be sent, in a sentence for people."""


class QboBackend(models.Model):
    """Push: send Odoo documents to QuickBooks.

    All calls come first, all writes last: nothing is locked while QuickBooks thinks.
    What QuickBooks answered is collected as [(entity, payload, Odoo record)].
    """

    _inherit = "qbo.backend"

    def _push_payments(self, payments):
        """Send payments as *Receive Payments*, with the customers and invoices they need.

        Each payment ends as synced, or in error with the reason.

        :raise RetryableJobError: passing trouble; the whole set is sent again, with the
            same request ids.
        """
        answers, problems = [], {}
        try:
            self._send_all(payments, answers, problems)
        except QboAuthError as problem:
            # Nothing is wrong with the payments: they wait, and go on by themselves.
            payments.qbo_message = self._sentence(problem, payments[:1])
        self._store_answers(answers)
        for payment, message in problems.items():
            payment._qbo_mark_error(message)

    def _send_all(self, payments, answers, problems):
        """Customers, items and invoices one by one, then the payments in a batch."""
        client, refs, bodies = self._client(), self._refs(payments), {}
        for payment in payments:
            try:
                self._send_customer(client, payment.partner_id, refs, answers)
                applications = self._applications(client, payment, refs, answers)
                bodies[payment] = payment_payload(payment, applications, refs)
            except (Refusal, QboFault) as problem:
                problems[payment] = self._sentence(problem, payment)
        self._send_payments(client, bodies, answers, problems)

    def _sentence(self, problem, record):
        if isinstance(problem, QboError):
            return explain(self, problem, record.display_name)
        return str(problem)

    # --- References ---------------------------------------------------------------------

    def _refs(self, payments):
        """What is linked already, read in one query."""
        rows = self.env["qbo.object"].search_fetch(
            [("backend_id", "=", self.id), ("res_id", "!=", False), ("deleted", "=", False)]
            + self._refs_domain(payments),
            ["entity", "qbo_id", "res_model", "res_id"],
        )
        ids = {self.env[row.res_model].browse(row.res_id): row.qbo_id for row in rows}
        return Refs(
            ids=ids,
            generic_item=self._generic_item(),
            deposit_to=self._deposit_refs(payments),
            tax_codes=self._tax_codes(),
            tax_mode=self.tax_mode,
            multi_currency=self.multi_currency,
        )

    def _refs_domain(self, payments):
        invoices = payments.reconciled_invoice_ids
        partners = (payments.partner_id | invoices.partner_id).commercial_partner_id
        products = invoices.invoice_line_ids.product_id
        accounts = invoices.invoice_line_ids.account_id | self.income_account_id
        return [
            "|", "|",
            "&", ("res_model", "=", "res.partner"), ("res_id", "in", partners.ids),
            "&", ("res_model", "=", "product.product"), ("res_id", "in", products.ids),
            "&", ("res_model", "=", "account.account"), ("res_id", "in", accounts.ids),
        ]  # fmt: skip

    def _generic_item(self):
        """The item for lines without a product: QuickBooks' first active service."""
        items = self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", "Item"),
                ("kind", "=", "Service"),
                ("deleted", "=", False),
            ],
            order="id",
        )
        active = items.filtered(lambda item: item.payload.get("Active", True))[:1]
        return {"value": active.qbo_id} if active else {}

    def _tax_codes(self):
        """QuickBooks' tax codes with the Odoo taxes that their rates are mapped to."""
        rows = self.env["qbo.object"].search(
            [("backend_id", "=", self.id), ("entity", "in", ("TaxCode", "TaxRate"))]
        )
        taxes = {row.qbo_id: row.tax_id.id for row in rows if row.entity == "TaxRate"}
        codes = rows.filtered(lambda row: row.entity == "TaxCode")
        return [(code.qbo_id, _code_taxes(code.payload, taxes)) for code in codes]

    # --- What a payment needs -----------------------------------------------------------

    def _send_customer(self, client, partner, refs, answers):
        """Make sure that a customer exists in QuickBooks."""
        partner = partner.commercial_partner_id
        if partner in refs.ids:
            return
        name = quickbooks_name(partner.name)
        customer = self._mirrored("Customer", name)
        if not customer:
            self._require_flow("Customer", partner)
            customer = self._create_customer(client, partner, name)
            answers.append(("Customer", customer, partner))
        else:
            answers.append(("Customer", customer.payload, partner))
            customer = customer.payload
        refs.ids[partner] = customer["Id"]

    def _mirrored(self, entity, name):
        """An entry of this name that is known and not linked to anything in Odoo."""
        return self.env["qbo.object"].search(
            [
                ("backend_id", "=", self.id),
                ("entity", "=", entity),
                ("name", "=ilike", name.replace("%", r"\%").replace("_", r"\_")),
                ("res_id", "=", False),
                ("deleted", "=", False),
            ],
            limit=1,
        )

    def _create_customer(self, client, partner, name):
        """Create a customer; QuickBooks wants names unique over three lists (C2).

        A customer of this name, inactive ones included, is taken; where a vendor or an
        employee has the name, the customer gets a suffix.
        """
        try:
            return self._send(client, "Customer", customer_payload(partner, name), partner)
        except QboFault as fault:
            if fault.code != DUPLICATE_NAME:
                raise
        found = self._named(client, "Customer", "DisplayName", name)
        if found:
            return found
        body = customer_payload(partner, name + NAME_SUFFIX)
        return self._send(client, "Customer", body, partner, NAME_SUFFIX)

    def _named(self, client, entity, field, name):
        where = f"{condition(field, '=', name)} AND Active IN (true, false)"
        rows = self._retrying(lambda: client.query(select(entity, where)))
        return rows[0] if rows else None

    def _applications(self, client, payment, refs, answers):
        """[(type, id, amount)] of what a payment pays, in QuickBooks' terms.

        :raise Refusal: an invoice could not be sent.
        """
        applications = []
        for invoice, amount in payment._qbo_applied():
            qbo_id = invoice.qbo_id or self._send_invoice(client, invoice, refs, answers)
            applications.append(("Invoice", qbo_id, amount))
        return applications

    def _send_invoice(self, client, invoice, refs, answers):
        """Send an invoice that a payment needs; its total is read back and compared.

        :returns: its QuickBooks id.
        """
        sent = [payload for _entity, payload, record in answers if record == invoice]
        if sent:
            return sent[0]["Id"]
        self._require_flow("Invoice", invoice)
        self._send_customer(client, invoice.partner_id, refs, answers)
        for line in invoice.invoice_line_ids.filtered("product_id"):
            self._send_item(client, line, refs, answers)
        try:
            body = invoice_payload(invoice, refs)
        except LookupError as taxes:
            raise Refusal(
                self.env._(
                    "%(invoice)s uses the tax %(taxes)s, which is not mapped to a"
                    " QuickBooks tax code. Map it, then press Export back to"
                    " QuickBooks.",
                    invoice=invoice.name,
                    taxes=taxes,
                )
            ) from taxes
        payload = self._send(client, "Invoice", body, invoice)
        answers.append(("Invoice", payload, invoice))
        if invoice.currency_id.compare_amounts(payload["TotalAmt"], invoice.amount_total):
            raise Refusal(self._variance(invoice, payload))
        return payload["Id"]

    def _require_flow(self, entity, record):
        """A setting may keep a kind of record out of QuickBooks.

        :raise Refusal: then nothing that needs the record can be sent either.
        """
        if not self._flows_out(entity):
            setting = self._fields[FLOW_FIELDS[entity]]._description_string(self.env)
            raise Refusal(
                self.env._(
                    "%(record)s is not in QuickBooks, and %(setting)s do not flow from"
                    " Odoo to QuickBooks. Change that under What Flows, then press"
                    " Export back to QuickBooks.",
                    record=record.display_name,
                    setting=setting,
                )
            )

    def _variance(self, invoice, payload):
        return self.env._(
            "%(invoice)s is %(ours)s in Odoo, but QuickBooks computed %(theirs)s. Check"
            " the tax mapping or correct the invoice in QuickBooks, then press Export"
            " back to QuickBooks.",
            invoice=invoice.name,
            ours=f"{invoice.amount_total:.2f}",
            theirs=f"{payload['TotalAmt']:.2f}",
        )

    def _send_item(self, client, line, refs, answers):
        """Make sure that a product exists in QuickBooks."""
        product = line.product_id
        if product in refs.ids:
            return
        self._require_flow("Item", product)
        income = refs.ids.get(line.account_id) or refs.ids.get(self.income_account_id)
        if not income:
            raise Refusal(
                self.env._(
                    "The income account %(account)s is not mapped to a QuickBooks"
                    " account. Map it under QuickBooks > Accounts, then press Export"
                    " back to QuickBooks.",
                    account=line.account_id.display_name,
                )
            )
        body = item_payload(product, {"value": income})
        try:
            item = self._send(client, "Item", body, product)
        except QboFault as fault:
            if fault.code != DUPLICATE_NAME:
                raise
            item = self._named(client, "Item", "Name", body["Name"])
            if not item:
                raise
        answers.append(("Item", item, product))
        refs.ids[product] = item["Id"]

    def _send(self, client, entity, body, record, variant=""):
        """Create one object; a repeated request gets the first one's answer."""
        requestid = self._requestid(entity, record, variant)
        return self._retrying(lambda: client.create(entity, body, requestid))

    def _requestid(self, entity, record, variant=""):
        """The same for the same document and generation, in this database only."""
        generation = record.qbo_generation if "qbo_generation" in record._fields else 0
        secret = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        name = f"{secret}/{self.realm_id}/{entity}/{record.id}/{generation}/{variant}"
        return str(uuid.uuid5(uuid.NAMESPACE_OID, name))

    # --- Payments -----------------------------------------------------------------------

    def _send_payments(self, client, bodies, answers, problems):
        """Create or update the payments of a set in as few calls as it takes."""
        known = self._payments_in_quickbooks(client, bodies)
        items = []
        for payment, body in bodies.items():
            there = known.get(payment)
            if there and _says_the_same(there, body):
                answers.append(("Payment", there, payment))
                continue
            operation = "update" if there else "create"
            if there:
                body = {**body, "Id": there["Id"], "SyncToken": there["SyncToken"]}
            items.append((payment, BatchItem(str(payment.id), operation, "Payment", body)))
        if not items:
            return
        names = "".join(self._requestid("Payment", p, i.operation) for p, i in items)
        requestid = str(uuid.uuid5(uuid.NAMESPACE_OID, names))
        batch = [item for _payment, item in items]
        results = self._retrying(lambda: client.batch(batch, requestid))
        for (payment, _item), result in zip(items, results, strict=True):
            if not result.error:
                answers.append(("Payment", result.object, payment))
            elif result.error.retryable:
                self._send_again(payment, result.error, alone=len(items) == 1)
            else:
                problems[payment] = self._sentence(result.error, payment)

    def _send_again(self, payment, error, alone):
        """Passing trouble with one payment must not hold back the others of its set.

        :raise RetryableJobError: it is alone already; its job is tried again.
        """
        if alone:
            raise RetryableJobError(str(error), seconds=error.retry_after) from error
        payment._qbo_delay_push(eta=PAUSE)

    def _payments_in_quickbooks(self, client, bodies):
        """What QuickBooks has of these payments already.

        A former attempt may have been carried out although its answer was lost: a
        payment with this reference, amount and note is that one, and is adopted.
        """
        if not bodies:
            return {}
        numbers = {body["PaymentRefNum"] for body in bodies.values()}
        ids = {payment.qbo_id for payment in bodies if payment.qbo_id}
        rows = self._payment_rows(client, "PaymentRefNum", numbers)
        rows += self._payment_rows(client, "Id", ids)
        known = {}
        for payment, body in bodies.items():
            for row in rows:
                if row["Id"] == payment.qbo_id or _is_the_same(row, body):
                    known[payment] = row
        return known

    def _payment_rows(self, client, field, values):
        if not values:
            return []
        statement = select("Payment", condition(field, "IN", sorted(values)), size=1000)
        return self._retrying(lambda: client.query(statement))

    # --- Writing, at the end ------------------------------------------------------------

    def _store_answers(self, answers):
        """Remember what QuickBooks answered, and link it."""
        for entity, payload, record in answers:
            self.env["qbo.object"]._remember(self, entity, payload, record)
            if entity in ("Invoice", "Payment"):
                record.write(
                    {
                        **record._qbo_synced_values(payload),
                        "qbo_origin": record.qbo_origin or "odoo",
                        "qbo_number": payload.get("PaymentRefNum")
                        or payload.get("DocNumber"),
                    }
                )
                record._qbo_compare(payload)


def _code_taxes(payload, taxes):
    details = ((payload or {}).get("SalesTaxRateList") or {}).get("TaxRateDetail") or []
    return frozenset(taxes.get(detail["TaxRateRef"]["value"]) for detail in details)


def _is_the_same(row, body):
    """Whether a QuickBooks payment is one that we sent: our note names the payment."""
    return (
        row.get("PaymentRefNum") == body["PaymentRefNum"]
        and row.get("PrivateNote") == body["PrivateNote"]
        and row.get("CustomerRef", {}).get("value") == body["CustomerRef"]["value"]
    )


def _says_the_same(row, body):
    """Whether QuickBooks has a payment just as we would send it."""
    plain = ("TotalAmt", "TxnDate", "PaymentRefNum")
    return _is_the_same(row, body) and all(
        row.get(key) == body[key] for key in plain
    ) and _links(row) == _links(body)


def _links(payment):
    return sorted(
        (link["TxnType"], link["TxnId"], round(line["Amount"], 2))
        for line in payment.get("Line") or []
        for link in line.get("LinkedTxn") or []
    )
