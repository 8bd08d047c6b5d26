from . import qbo_change_company, qbo_hide, qbo_profile
