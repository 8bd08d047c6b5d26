"""Make the web client's bundles in a database, once: assets.py CONFIG DATABASE.

As Odoo's own test runner does. A test that opens a page would make them otherwise, and
take them back as it ends.
"""

import sys

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def make(path, database):
    config.parse_config(["-c", path, "-d", database])
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["ir.qweb"]._pregenerate_assets_bundles()


if __name__ == "__main__":
    make(*sys.argv[1:])
