from ..entities.books import references
from .import_common import ImportCase
from .recorded import FOLDER, recordings

DOCUMENTS = ("Invoice", "CreditMemo")


class TestRecorded(ImportCase):
    """Answers of QuickBooks itself go through the same import as any other."""

    def setUp(self):
        super().setUp()
        if not FOLDER.is_dir():
            self.skipTest(f"No recorded answers in {FOLDER}; set QBO_PAYLOADS.")
        self.env.ref("base.BRL").active = True
        self.env.ref("base.CAD").active = True
        taxes = self.backend.object_ids.filtered(
            lambda o: o.entity in ("TaxRate", "TaxCode")
        )
        taxes.sudo().unlink()

    def test_every_recording_gives_the_figures_that_it_carries(self):
        seen = {}
        for name, objects in recordings().items():
            with self.subTest(recording=name), self.forgotten():
                self.take_over(objects)
                self.assertSettled()
                for entity, payload in objects:
                    getattr(self, f"check_{entity.lower()}")(payload)
                    seen[entity] = seen.get(entity, 0) + 1
        self.assertLessEqual(
            {"Customer", "Item", "Account", "Invoice", "CreditMemo", "Payment"},
            set(seen),
        )

    def test_both_customers_of_one_name_are_there_under_their_parents(self):
        objects = recordings()["fyle_customers_with_subcustomers.json"]
        self.take_over(objects)
        twins = [p for _entity, p in objects if p["DisplayName"] == "Test Project"]
        partners = [self.in_odoo("Customer", payload) for payload in twins]
        self.assertEqual(len({partner.id for partner in partners}), 2)
        self.assertEqual(len({partner.parent_id.id for partner in partners}), 2)

    def test_a_bundle_and_a_discount_become_lines_of_the_same_amounts(self):
        objects = recordings()["rb_invoice_with_bundle_line_item.xml"]
        self.take_over(objects)
        move = self.in_odoo(*objects[0])
        priced = move.invoice_line_ids.filtered(lambda x: x.display_type == "product")
        self.assertEqual(
            [round(line.price_subtotal, 2) for line in priced], [7.96, 2.65, -2.12]
        )
        notes = move.invoice_line_ids - priced
        self.assertEqual(notes.mapped("display_type"), ["line_note"])
        self.assertEqual(len(priced.tax_ids), 1)
        self.assertTrue(all(line.tax_ids for line in priced))

    # --- What a recording lacks -------------------------------------------------------

    def forgotten(self):
        """A savepoint that is rolled back: recordings use the same ids."""
        return Forgotten(self.env)

    def take_over(self, objects):
        """Upsert a recording and stubs for what it refers to, and apply."""
        here = {(entity, p["Id"]) for entity, p in objects if "status" not in p}
        for entity, payload in objects:
            gone = "status" in payload and (entity, payload["Id"]) not in here
            body = self.document(payload["Id"], 10.0, "1") if gone else payload
            if gone or "status" not in payload:
                self.store(entity, body, payload, here)
        self.backend._settle_reference_lists()
        self.backend.action_map_suggestions()
        self.backend.action_create_missing()
        self.apply()
        for entity, payload in objects:
            if payload.get("status") == "Deleted":
                self.env["qbo.object"]._mark_deleted(
                    self.backend, entity, [payload["Id"]]
                )
        self.apply()

    def store(self, entity, payload, owner, here):
        for ref in references(entity, payload) - here:
            here.add(ref)
            self.store(ref[0], self.stub(*ref, owner), owner, here)
        self.env["qbo.object"]._upsert(self.backend, entity, [payload])

    def stub(self, entity, qbo_id, owner):
        plain = {"Id": qbo_id, "Name": f"{entity} {qbo_id}", "SyncToken": "0"}
        if entity == "Customer":
            return {**plain, "DisplayName": f"Customer {qbo_id}"}
        if entity == "Account":
            return {**plain, "AccountType": "Bank", "AccountSubType": "Checking"}
        if entity == "TaxRate":
            return {**plain, "RateValue": tax_lines(owner).get(qbo_id, 0)}
        if entity == "TaxCode":
            refs = [{"TaxRateRef": {"value": rate}} for rate in tax_lines(owner)]
            return {**plain, "SalesTaxRateList": {"TaxRateDetail": refs}}
        if entity in DOCUMENTS:
            amount = next(
                line["Amount"]
                for line in owner["Line"]
                if line["LinkedTxn"][0]["TxnId"] == qbo_id
            )
            return self.document(qbo_id, amount, owner["CustomerRef"]["value"])
        return plain

    def document(self, qbo_id, amount, customer):
        return {
            "Id": qbo_id,
            "SyncToken": "0",
            "TxnDate": "2016-01-02",
            "CustomerRef": {"value": customer},
            "TotalAmt": amount,
            "Line": [self.line(amount)],
        }

    # --- The figures ------------------------------------------------------------------

    def check_customer(self, payload):
        partner = self.in_odoo("Customer", payload)
        self.assertEqual(partner.name, payload["DisplayName"])
        self.assertEqual(partner.commercial_partner_id, partner)
        email = (payload.get("PrimaryEmailAddr") or {}).get("Address")
        self.assertEqual(partner.email or None, email)
        address = payload.get("BillAddr") or {}
        self.assertEqual(partner.street or None, address.get("Line1"))
        self.assertEqual(partner.city or None, address.get("City"))
        parent = payload.get("ParentRef")
        if parent:
            expected = self.in_odoo("Customer", {"Id": parent["value"]})
            self.assertEqual(partner.parent_id, expected)

    def check_item(self, payload):
        product = self.in_odoo("Item", payload)
        self.assertEqual(product.name, payload["FullyQualifiedName"])
        self.assertEqual(product.list_price, payload["UnitPrice"])

    def check_account(self, payload):
        row = self.row("Account", payload)
        self.assertIn(row.state, ("unmapped", "linked"))
        self.assertEqual(row.detail, payload["AccountType"])
        if row._record():
            self.assertNotIn("(deleted)", row._record().name)

    def check_taxrate(self, payload):
        self.assertEqual(self.in_odoo("TaxRate", payload).amount, payload["RateValue"])

    def check_taxcode(self, payload):
        self.assertEqual(self.row("TaxCode", payload).state, "ignored")

    def check_term(self, payload):
        self.assertEqual(self.row("Term", payload).state, "ignored")

    def check_invoice(self, payload):
        self.check_document("Invoice", payload)

    def check_creditmemo(self, payload):
        self.check_document("CreditMemo", payload)

    def check_document(self, entity, payload):
        row, move = self.row(entity, payload), self.in_odoo(entity, payload)
        if "status" in payload:
            self.assertEqual((row.deleted, move.state), (True, "cancel"))
            return
        self.assertEqual((row.state, row.message), ("linked", False))
        tax = (payload.get("TxnTaxDetail") or {}).get("TotalTax") or 0.0
        self.assertAlmostEqual(move.amount_total, payload["TotalAmt"], 2)
        self.assertAlmostEqual(move.amount_tax, tax, 2)
        self.assertEqual(move.name, payload["DocNumber"])
        self.assertEqual(str(move.invoice_date), payload["TxnDate"])
        self.assertEqual(
            str(move.invoice_date_due), payload.get("DueDate") or payload["TxnDate"]
        )
        voided = payload.get("PrivateNote") == "Voided"
        self.assertEqual(move.state, "cancel" if voided else "posted")
        if not voided:
            self.assertAlmostEqual(move.amount_residual, payload["Balance"], 2)
        amounts = [line["Amount"] for line in sales_lines(payload["Line"])]
        ours = move.invoice_line_ids.filtered("product_id").mapped("price_subtotal")
        self.assertEqual([round(amount, 2) for amount in ours], amounts)

    def check_payment(self, payload):
        row = self.row("Payment", payload)
        if payload.get("PrivateNote") == "Voided":
            self.assertEqual((row.state, row._record()), ("ignored", None))
            return
        payment = row._record()
        self.assertEqual(payment.amount, payload["TotalAmt"])
        self.assertEqual(str(payment.move_id.date), payload["TxnDate"])
        self.assertEqual(self.on_account(payload), payload["UnappliedAmt"])
        deposit = self.in_odoo(
            "Account", {"Id": payload["DepositToAccountRef"]["value"]}
        )
        self.assertEqual(payment.outstanding_account_id, deposit)


class Forgotten:
    """What is written within is forgotten again."""

    def __init__(self, env):
        self.env = env

    def __enter__(self):
        self.savepoint = self.env.cr.savepoint()
        self.savepoint.__enter__()

    def __exit__(self, *_error):
        self.savepoint.rollback()
        self.savepoint.close(rollback=False)
        self.env.invalidate_all(flush=False)


def tax_lines(payload):
    """{TaxRate id: percent} of what a document charges."""
    lines = (payload.get("TxnTaxDetail") or {}).get("TaxLine") or []
    details = [line["TaxLineDetail"] for line in lines]
    return {each["TaxRateRef"]["value"]: each["TaxPercent"] for each in details}


def sales_lines(lines):
    for line in lines:
        if line["DetailType"] == "SalesItemLineDetail":
            yield line
        yield from sales_lines(line.get("GroupLineDetail", {}).get("Line", []))
