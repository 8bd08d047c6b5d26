from odoo.addons.queue_job.exception import RetryableJobError

from ..client import faults
from .test_export import ExportCase

#: What a person is offered, by code. Written down once more, so that nobody changes
#: the table unawares; `tests/client` does so for classes.
BUTTONS = {
    "reconnect": [100, 110, 120, 3100, 3200, 3202, 5020, 10200, "6000:realm"],
    "configure": [5030, 6090],
    "link": [6140],
    "customers": [700, 6240, 6290, 6300, 6310, "6000:customer"],
    "items": [6440, 6520],
    "taxes": [2270, 2280, 6100, 6160, 6170, 6230, 6470, "6000:gst"],
    "accounts": [2030, 2500, 6010, 6060, 6430, "6000:bank"],
    "customer": [900, 2200, 2210, 2380, 6080, 6150, 6180, 6420],
    "hide": [
        *(500, 1040, 1050, 2000, 2010, 2120, 2130, 2170, 2230, 2260, 2600, 3000),
        *(4000, 4001, 5000, 6320, 6330, 6340, 6350, 6360, 6370, 6380, 6390, 6490),
        *(6500, 6510, 10100, "6000:requestid", "6000:zero"),
    ],
    "open": [
        *(610, 620, 630, 800, 2220, 6110, 6120, 6130, 6190, 6200, 6210, 6220, 6250),
        *(6270, 6280, 6400, 6450, 6460, 6480, 6540),
    ],
    "export": [
        *(600, 1000, 1010, 1020, 2020, 2040, 2050, 2060, 2070, 2080, 2090, 2100),
        *(2110, 2140, 2150, 2160, 2180, 2190, 2240, 2250, 2290, 2300, 6000, 6020),
        *(6030, 6040, 6041, 6050, 6070, 6530, 6560, 6580, 6690, 6830, "6000:link"),
    ],
}
PERMANENT = {str(key): button for button, keys in BUTTONS.items() for key in keys}
#: These heal by themselves.
TRANSIENT = [
    *("130", "140", "150", "3001", "3002", "4002", "10000"),
    *("6000:busy", "6000:tax", "6000:internal"),
]
#: Worth one more try, at once: see `TestStale`.
STALE = "5010"
SENTENCES = {key: words for words, key in reversed(faults.DETAILS_OF_6000)}
#: HTTP statuses that are not 400.
STATUSES = {3200: 401, 3202: 401, 120: 403, 3100: 403, 3001: 429, 3002: 429, 10000: 500}


class DecisionCase(ExportCase):
    def fault(self, key):
        """What QuickBooks answers for a key of the table."""
        code = key.partition(":")[0]
        return {
            "code": code,
            "message": f"Words of {code}",
            "detail": f"Business Validation Error: {SENTENCES.get(key, 'Details')}",
            "http": STATUSES.get(int(code), 400),
        }

    def payments(self, references):
        """Payments of one customer, posted, with these reference numbers."""
        payments = self.env["account.payment"].create(
            [
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": self.invoices.partner_id.id,
                    "amount": 10.0,
                    "memo": reference,
                    "journal_id": self.company_data["default_journal_bank"].id,
                }
                for reference in references
            ]
        )
        payments.action_post()
        return payments

    def fail_item(self, reference, key, **order):
        """Let QuickBooks refuse the payment of this reference number in each batch."""
        self.sandbox.control.fail_next(
            entity="Payment",
            body=f'"PaymentRefNum": "{reference}"',
            fault=self.fault(key),
            **order,
        )

    def fail_call(self, key, **order):
        self.sandbox.control.fail_next(
            method="POST", path="/batch", fault=self.fault(key), **order
        )

    def writes(self):
        return [row for row in self.sandbox.control.log() if row["method"] == "POST"]

    def assertSays(self, document, key):
        """The message has the document, QuickBooks' words and code, and what to do."""
        code = key.partition(":")[0]
        remedy = faults.DECISIONS[key].remedy
        for words in (document.name, f"Words of {code}", f"code {code}", remedy):
            self.assertIn(words, document.qbo_message)


class TestDecisionTable(DecisionCase):
    """Every fault, as a person meets it."""

    def test_every_key_of_the_table_is_tested_here(self):
        coded = {key for key in faults.DECISIONS if key[0].isdecimal()}
        self.assertEqual({*PERMANENT, *TRANSIENT, STALE}, coded)
        self.assertEqual(len(PERMANENT) + len(TRANSIENT) + 1, len(coded))

    def test_each_permanent_fault_says_what_to_do_and_is_tried_once(self):
        """Each payment is refused for another reason; one in thirty is taken."""
        keys = list(PERMANENT)
        payments = self.payments([f"R {key}" for key in keys] + ["good"])
        for key in keys:
            self.fail_item(f"R {key}", key, n=9)
        self.sandbox.control.clear_log()
        jobs = self.run_jobs()
        batches = [row for row in self.writes() if row["path"].endswith("/batch")]
        self.assertEqual(len(batches), jobs)
        self.assertEqual(jobs, -(-len(payments) // 30))
        for payment, key in zip(payments, keys, strict=False):
            with self.subTest(key=key):
                self.assertEqual(payment.qbo_state, "error")
                self.assertSays(payment, key)
                self.assertEqual(payment.qbo_remedy, PERMANENT[key])
                self.assertTrue(payment.action_qbo_remedy())
        self.assertSynced(payments[-1])
        self.assertEqual(len(self.all_payments()), 1)

    def test_each_passing_fault_of_one_payment_heals_unseen(self):
        payments = self.payments([f"R {key}" for key in TRANSIENT] + ["good"])
        for key in TRANSIENT:
            self.fail_item(f"R {key}", key)
        payments._job_qbo_push()
        self.assertSynced(payments[-1])
        for payment, key in zip(payments, TRANSIENT, strict=False):
            with self.subTest(key=key):
                self.assertEqual(payment.qbo_state, "pending")
                self.assertFalse(payment.qbo_message)
                self.assertFalse(payment.qbo_remedy)
        self.run_jobs()
        self.assertEqual(set(payments.mapped("qbo_state")), {"synced"})
        self.assertEqual(len(self.all_payments()), len(payments))

    def test_each_fault_of_a_whole_call_is_told_on_the_invoice(self):
        move = self.invoice(self.invoices.partner_id, [{"name": "x", "price_unit": 9}])
        self.pending_jobs().unlink()
        for key in PERMANENT:
            with self.subTest(key=key):
                move._qbo_write({"qbo_state": "pending", "qbo_message": False})
                self.fail_call(key, n=2)
                self.sandbox.control.clear_log()
                move._job_qbo_push()
                auth = faults.DECISIONS[key].fault_class == "auth"
                self.assertEqual(move.qbo_state, "pending" if auth else "error")
                self.assertSays(move, key)
                self.assertEqual(move.qbo_remedy, PERMANENT[key])
                twice = STATUSES.get(int(key.partition(":")[0])) == 401
                self.assertEqual(len(self.writes()), 2 if twice else 1)
                self.sandbox.control.clear_faults()
        for key in TRANSIENT:
            with self.subTest(key=key):
                move._qbo_write({"qbo_state": "pending", "qbo_message": False})
                self.fail_call(key)
                with self.assertRaises(RetryableJobError):
                    move._job_qbo_push()
                self.assertEqual(move.qbo_state, "pending")
                self.assertFalse(move.qbo_message)
        move._job_qbo_push()
        self.assertSynced(move)
        self.assertEqual(self.books.count("Invoice", f"DocNumber = '{move.name}'"), 1)


class TestStale(DecisionCase):
    """Somebody saves a document in QuickBooks between our reading and our writing."""

    def stale(self, reference="R", n=1):
        """A payment that QuickBooks has and Odoo has changed; the change is stale."""
        payment = self.payments([reference])
        self.run_jobs()
        payment.action_draft()
        payment.amount = 12.0
        payment.action_post()
        self.fail_item(reference, STALE, n=n)
        self.sandbox.control.clear_log()
        return payment

    def batches(self):
        return [row for row in self.writes() if row["path"].endswith("/batch")]

    def test_it_is_read_and_sent_once_more_at_once(self):
        payment = self.stale()
        payment._job_qbo_push()
        self.assertSynced(payment)
        self.assertEqual(self.sent(payment)["TotalAmt"], 12)
        self.assertEqual(len(self.batches()), 2)

    def test_the_second_time_it_is_for_a_person(self):
        payment, good = self.stale(n=9), self.payments(["good"])
        (payment | good)._job_qbo_push()
        self.assertSynced(good)
        self.assertEqual((payment.qbo_state, payment.qbo_remedy), ("error", "open"))
        self.assertSays(payment, STALE)
        self.assertEqual(len(self.batches()), 2)
        self.sandbox.control.clear_faults()
        payment.action_qbo_export()
        self.run_jobs()
        self.assertSynced(payment)

    def test_one_that_is_cancelled_is_voided_at_the_second_try(self):
        payment = self.payments(["R"])
        self.run_jobs()
        payment.action_cancel()
        self.fail_item("R", STALE)
        payment._job_qbo_push()
        self.assertSynced(payment)
        self.assertEqual(self.sent(payment)["TotalAmt"], 0)

    def test_a_credit_is_unapplied_at_the_second_try(self):
        note = self.invoice(
            self.invoices.partner_id,
            [{"name": "Too much", "price_unit": 30, "tax_ids": []}],
            move_type="out_refund",
        )
        lines = (note | self.invoices[0]).line_ids.filtered("date_maturity")
        lines.reconcile()
        self.run_jobs()
        self.assertEqual(len(self.all_payments()), 1)
        lines.remove_move_reconcile()
        self.sandbox.control.fail_next(
            entity="Payment", body='"Id"', fault=self.fault(STALE)
        )
        note._job_qbo_push()
        self.assertSynced(note)
        self.assertFalse(self.all_payments())


class TestRemedies(DecisionCase):
    """Where the buttons lead."""

    def test_reconnecting_sends_what_waited_for_it(self):
        waiting, denied = self.payments(["waiting", "denied"])
        self.fail_item("denied", "5020")
        denied._job_qbo_push()
        self.fail_call("3100")
        waiting._job_qbo_push()
        self.assertEqual(waiting.qbo_state, "pending")
        self.assertIn("Reconnect", waiting.qbo_message)
        self.assertTrue(self.backend.activity_ids)
        self.assertEqual(waiting.action_qbo_remedy()["res_model"], "qbo.backend")
        self.backend._go_on_after_reconnecting()
        self.run_jobs()
        self.assertSynced(waiting)
        self.assertSynced(denied)

    def test_link_existing_takes_the_document_that_has_the_number(self):
        theirs, move = self.theirs[0], self.taken(80.0)
        self.twin_of(theirs).res_id = False
        self.assertEqual(move.qbo_remedy, "link")
        self.assertEqual(move.action_qbo_remedy()["params"]["type"], "success")
        self.run_jobs()
        self.assertEqual((move.qbo_state, move.qbo_id), ("differs", theirs["Id"]))
        self.assertIn("date", move.qbo_message)
        there = self.sandbox.control.get("Invoice", theirs["Id"])
        self.assertEqual(there["SyncToken"], theirs["SyncToken"])

    def test_link_existing_leaves_what_is_linked_to_another_one(self):
        move = self.taken(80.0)
        linked = self.twin_of(self.theirs[0])._record()
        answer = move.action_qbo_remedy()
        self.assertEqual(answer["params"]["type"], "warning")
        self.assertIn(linked.name, move.qbo_message)
        self.assertFalse(move.qbo_id)

    def twin_of(self, theirs):
        return self.env["qbo.object"]._find(self.backend, "Invoice", theirs["Id"])

    def taken(self, amount):
        """An invoice whose number QuickBooks refuses, as one of theirs has it."""
        self.invoices.filtered(lambda m: m.qbo_id == self.theirs[0]["Id"]).qbo_id = "0"
        line = {"name": "x", "price_unit": amount, "tax_ids": False}
        move = self.invoice(self.invoices.partner_id, [line])
        fault = self.fault("6140")
        fault["detail"] = (
            f"DocNumber={move.name} is assigned to TxnType=Facture with"
            f" TxnId={self.theirs[0]['Id']}"
        )
        self.sandbox.control.fail_next(method="POST", path="/batch", fault=fault)
        self.run_jobs()
        self.assertEqual(move.qbo_state, "error")
        return move

    def test_link_existing_refuses_another_total(self):
        move = self.taken(81.0)
        answer = move.action_qbo_remedy()
        self.assertEqual(answer["params"]["type"], "warning")
        self.assertFalse(move.qbo_id)

    def test_an_unmapped_account_leads_to_the_accounts(self):
        account = self.company_data["default_account_revenue"].copy()
        self.backend.income_account_id = account
        product = self.env["product.product"].create(
            {"name": "Sculpture", "property_account_income_id": account.id}
        )
        line = {"product_id": product.id, "price_unit": 5}
        move = self.invoice(self.invoices.partner_id, [line])
        self.run_jobs()
        self.assertEqual((move.qbo_state, move.qbo_remedy), ("error", "accounts"))
        paid = self.pay(5.0, move)
        self.run_jobs()
        self.assertEqual((paid.qbo_state, paid.qbo_remedy), ("error", "document"))
        action = paid.action_qbo_remedy()
        self.assertEqual((action["res_model"], action["res_id"]), (move._name, move.id))

    def test_a_user_who_may_not_change_settings_is_led_there_all_the_same(self):
        payments = self.payments(
            ["R 6430", "R 6240", "R 3100", "R 2210", "R 6000:zero"]
        )
        for payment in payments:
            self.fail_item(payment.memo, payment.memo[2:])
        self.run_jobs()
        self.env.user.group_ids -= self.env.ref("qbo_connector.group_qbo_admin")
        self.env.user.group_ids -= self.env.ref("qbo_connector.group_qbo_manager")
        for payment in payments:
            with self.subTest(cause=payment.qbo_cause):
                self.assertTrue(payment.action_qbo_remedy()["type"])
