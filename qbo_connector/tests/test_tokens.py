from .test_export import ExportCase


class TestTokens(ExportCase):
    """Tokens are renewed when they must be, and say so when they cannot."""

    def _keys(self):
        credential = self.backend._credential()
        return credential.access_token, credential.refresh_token

    def test_an_expired_token_is_renewed_and_the_sync_goes_on(self):
        before = self._keys()
        self.sandbox.control.expire_tokens()
        run = self.sync()
        self.assertEqual(run.state, "done", run.message)
        after = self._keys()
        self.assertNotEqual(after[0], before[0])

    def test_the_rotated_refresh_token_is_kept_and_works(self):
        for _round in range(3):
            self.sandbox.control.expire_tokens()
            self.assertEqual(self.sync().state, "done")
        self.assertEqual(self.backend.state, "connected")

    def test_a_token_that_ends_soon_is_renewed_before_it_is_used(self):
        credential = self.backend._credential()
        credential.access_expires_at = self.env.cr.now()
        self.sandbox.control.clear_log()
        self.assertEqual(self.sync().state, "done")
        refused = [row for row in self.sandbox.control.log() if row["status"] == 401]
        self.assertFalse(refused)

    def test_a_revoked_connection_asks_its_owner_once_and_payments_wait(self):
        self.sandbox.control.revoke_tokens()
        first = self.pay(80.0, self.invoices[:1])
        second = self.pay(1.0, self.invoices[1:])
        self.run_jobs()
        self.assertEqual(self.backend.state, "reconnect")
        self.assertEqual((first + second).mapped("qbo_state"), ["pending", "pending"])
        self.assertIn("Reconnect", first.qbo_message)
        self.assertEqual(len(self.backend.activity_ids), 1)

    def test_what_waited_goes_on_after_reconnecting(self):
        self.sandbox.control.revoke_tokens()
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        self._sign_in(self.backend, self.sandbox)
        self.backend._go_on_after_reconnecting()
        self.run_jobs()
        self.assertSynced(payment)
        self.assertFalse(payment.qbo_message)
        self.assertFalse(self.backend.activity_ids)

    def test_a_refusal_that_passes_leaves_nothing_waiting(self):
        self.sandbox.control.fail_next(2, kind="401")
        payment = self.pay(80.0, self.invoices[:1])
        self.run_jobs()
        self.assertEqual(
            (payment.qbo_state, self.backend.state), ("pending", "connected")
        )
        self.assertIn("Reconnect", payment.qbo_message)
        self.assertTrue(self.backend.activity_ids)
        self.sync()
        self.assertSynced(payment)
        self.assertFalse(self.backend.activity_ids)

    def test_a_programming_error_is_not_shown_as_a_reason(self):
        run = self.backend._start_sync()
        job = self.pending_jobs([("model_name", "=", "qbo.backend")], 1)
        self.give_up(job, "KeyError", "'Id'")
        self.assertEqual(run.state, "failed")
        self.assertIn("show your administrator", run.message)

    def test_no_error_shows_a_token(self):
        keys = self._keys()
        self.sandbox.control.revoke_tokens()
        payment = self.pay(80.0, self.invoices[:1])
        payment._job_qbo_push()
        for key in keys:
            self.assertNotIn(key, payment.qbo_message)
