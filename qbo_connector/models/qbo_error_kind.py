import re

from odoo import fields, models

#: What differs between two sentences that say the same: quoted names, values of a
#: database's complaint, amounts, dates and numbers.
PARTICULARS = re.compile(r"“[^”]*”|\"[^\"]*\"|=\([^)]*\)|\d+(?:[.,:/-]\d+)*")
LENGTH = 150


class QboObject(models.Model):
    """What sort of error it is, so that two hundred equal ones are one line."""

    _inherit = "qbo.object"

    error_kind = fields.Char(
        help="The message of an error without what is particular to this object."
    )

    def _fail(self, message):
        for obj in self:
            obj.error_kind = kind_of(message, obj.name)
        return super()._fail(message)


def kind_of(message, name=None):
    """A sentence with dots for names and figures.

    :param str name: how the object is called that it is about
    """
    if name:
        message = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", message)
    return PARTICULARS.sub("…", message)[:LENGTH].rstrip(" .…")
