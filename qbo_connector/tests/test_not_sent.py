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
