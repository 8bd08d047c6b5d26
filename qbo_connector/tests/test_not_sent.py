from datetime import date

from .test_export_moves import WORK, MovesCase


class TestForeignToSingleCurrencyBooks(MovesCase):
    """Without multicurrency QuickBooks takes 100 EUR for 100 USD."""

    def setUp(self):
        super().setUp()
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.8)])
        self.euro = {"currency_id": euro.id}

    def assertRefused(self, document):
        self.assertEqual(document.qbo_state, "error")
        self.assertIn("EUR", document.qbo_message)
        self.assertIn("press Refresh", document.qbo_message)
        self.assertFalse(document.qbo_id)

    def test_documents_are_refused_and_go_once_quickbooks_has_currencies(self):
        move = self.invoice(self.partner, [WORK], **self.euro)
        note = self.credit_note([WORK], **self.euro)
        payment = self.pay(100.0, move, **self.euro)
        self.run_jobs()
        for document in (move, note, payment):
            self.assertRefused(document)
        self.sandbox.control.set_preferences(
            CurrencyPrefs={"MultiCurrencyEnabled": True}
        )
        self.backend._read_company()
        self.assertEqual({move.qbo_state, note.qbo_state}, {"pending"})

    def test_money_on_account_is_refused_too(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner.id,
                "amount": 100.0,
                "journal_id": self.company_data["default_journal_bank"].id,
                **self.euro,
            }
        )
        payment.action_post()
        self.run_jobs()
        self.assertRefused(payment)
        self.assertFalse(self.all_payments())


class TestBeforeTheStartDate(MovesCase):
    """A payment takes its invoice along, but not over the line that a person drew."""

    def old_invoice(self):
        """Posted before there was a connection, and unknown to QuickBooks."""
        self.backend.live = False
        move = self.invoice(self.partner, [WORK], invoice_date=date(2026, 8, 31))
        self.backend.live = True
        self.assertFalse(move.qbo_state)
        return move

    def test_paying_an_older_invoice_does_not_send_it(self):
        move = self.old_invoice()
        self.backend.start_date = "2026-09-01"
        payment = self.pay(100.0, move)
        self.run_jobs()
        self.assertEqual(payment.qbo_state, "error")
        for word in (move.name, "2026-08-31", "Sync From", "Auto Apply"):
            self.assertIn(word, payment.qbo_message)
        self.assertFalse(move.qbo_state or move.qbo_id or self.all_payments())
        self.backend.start_date = "2026-08-01"
        payment.action_qbo_export()
        self.run_jobs()
        self.assertSynced(payment)
        self.assertSynced(move)

    def test_it_may_go_on_account(self):
        self.backend.start_date = "2026-09-01"
        payment = self.pay(100.0, self.old_invoice())
        self.run_jobs()
        payment.qbo_export_chosen(auto_apply=False)
        self.run_jobs()
        self.assertSynced(payment)
        self.assertEqual(self.sent(payment)["UnappliedAmt"], 100.0)

    def test_a_credit_note_does_not_take_an_older_invoice_along(self):
        self.backend.start_date = "2026-09-01"
        move, note = self.old_invoice(), self.credit_note([WORK])
        self.apply(note, move)
        self.run_jobs()
        self.assertEqual(note.qbo_state, "error")
        self.assertIn("2026-08-31", note.qbo_message)
        self.assertFalse(move.qbo_state or move.qbo_id)

    def test_an_invoice_of_the_backlog_goes_with_its_payment(self):
        self.backend.start_date = "2026-08-01"
        move = self.old_invoice()
        payment = self.pay(100.0, move)
        self.run_jobs()
        self.assertSynced(payment)
        self.assertSynced(move)
