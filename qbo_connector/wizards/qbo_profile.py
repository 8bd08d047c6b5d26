import base64
import binascii
import json

from odoo import fields, models
from odoo.exceptions import UserError

#: A profile has a few hundred lines; nobody uploads more by intention (bytes).
LARGEST = 2_000_000


class QboProfile(models.TransientModel):
    """Download a connection's settings and mappings, or take over others' (B10)."""

    _name = "qbo.profile"
    _description = "QuickBooks Settings as a File"

    backend_id = fields.Many2one("qbo.backend", required=True, readonly=True)
    download = fields.Binary("Present Settings", compute="_compute_download")
    download_name = fields.Char(compute="_compute_download")
    upload = fields.Binary("File to Take Over", attachment=False)
    upload_name = fields.Char()
    line_ids = fields.One2many("qbo.profile.line", "profile_id")
    same_count = fields.Integer("Equal Already", readonly=True)
    compared = fields.Boolean(readonly=True)

    def _compute_download(self):
        for wizard in self:
            text = json.dumps(wizard.backend_id._profile(), indent=2, sort_keys=True)
            wizard.download = base64.b64encode(text.encode())
            wizard.download_name = f"{wizard.backend_id.name}.qbo.json"

    def action_compare(self):
        """Show what the file would change; nothing is written."""
        changes = self._changes()
        different = [change for change in changes if change.state != "same"]
        self.line_ids.unlink()
        self.line_ids = self.env["qbo.profile.line"].create(
            [
                {
                    "profile_id": self.id,
                    "key": json.dumps(change.key),
                    "label": change.label,
                    "before": change.before,
                    "after": change.after,
                    "state": change.state,
                    "apply": change.state == "change",
                }
                for change in different
            ]
        )
        self.same_count = len(changes) - len(different)
        self.compared = True
        return self._reopen()

    def action_apply(self):
        """Write the ticked lines."""
        chosen = {line.key for line in self.line_ids if line.apply}
        changes = [
            change for change in self._changes() if json.dumps(change.key) in chosen
        ]
        count = self.backend_id._apply_profile(changes)
        words = self.env._(
            "%(count)s settings and mappings taken over from %(file)s.",
            count=count,
            file=self.upload_name or "",
        )
        self.backend_id.message_post(body=words)
        return self.backend_id._toast(words)

    def _changes(self):
        """
        :raise UserError: no file, or one that is no profile.
        """
        self.ensure_one()
        self.backend_id.check_access("write")
        content = self.upload and self.with_context(bin_size=False).upload
        if not content:
            raise UserError(self.env._("Choose a file first."))
        if len(content) > LARGEST:
            raise UserError(self.env._("This file is too large to be a profile."))
        try:
            profile = json.loads(base64.b64decode(content))
        except (ValueError, binascii.Error) as error:
            raise UserError(
                self.env._("This file is not readable as JSON: %s", error)
            ) from error
        return self.backend_id._profile_changes(profile)

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settings as a File"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class QboProfileLine(models.TransientModel):
    _name = "qbo.profile.line"
    _description = "Difference to a Profile"
    _order = "state, id"

    profile_id = fields.Many2one("qbo.profile", required=True, ondelete="cascade")
    key = fields.Char(required=True, readonly=True)
    label = fields.Char("What", readonly=True)
    before = fields.Char("Now", readonly=True)
    after = fields.Char("In the File", readonly=True)
    state = fields.Selection(
        [
            ("change", "Changes"),
            ("missing", "Not found here"),
            ("unknown", "Not understood"),
        ],
        readonly=True,
    )
    apply = fields.Boolean("Take Over")


class QboBackend(models.Model):
    _inherit = "qbo.backend"

    def action_profile(self):
        """Open the window for settings and mappings as a file."""
        self.ensure_one()
        self.check_access("write")
        return self.env["qbo.profile"].create({"backend_id": self.id})._reopen()
