from . import qbo_hide
