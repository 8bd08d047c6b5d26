"""QuickBooks' refusals as sentences for people, out of `client.fault_table`."""

from odoo import fields

from ..client import faults


def explain(backend, error, label, then=None):
    """A refusal as a sentence: which record, what it means, their words, what to do.

    :param error: a `client.QboError`.
    :param str label: how people call the record.
    :param str then: how it goes on after the remedy, where nothing is sent; it ends the
        sentence.
    """
    _ = backend.env._
    decision = faults.of_error(error)
    return _(
        "%(label)s: %(meaning)s. QuickBooks says: “%(words)s”. %(remedy)s%(then)s",
        label=label,
        meaning=_(decision.meaning),
        words=error,
        remedy=_(decision.remedy),
        then=then or _then(backend, decision),
    )


def _then(backend, decision):
    """How it goes on once the remedy is applied; ends the sentence."""
    if decision.fault_class == "auth":
        return backend.env._("; it is sent by itself then.")
    if decision.button == "hide":
        return "."
    return backend.env._(", then press Export back to QuickBooks.")


def explain_waiting(backend, error, label, again):
    """Why a document waits although nothing is wrong with it, and until when.

    :param again: when it is tried again, naive UTC.
    """
    _ = backend.env._
    decision = faults.of_error(error)
    local = fields.Datetime.context_timestamp(backend, again)
    return _(
        "%(label)s waits: %(meaning)s. QuickBooks says: “%(words)s”. It is tried again"
        " by itself at %(time)s; there is nothing to do.",
        label=label,
        meaning=_(decision.meaning),
        words=error,
        time=local.strftime("%H:%M %Z"),
    )
