from . import qbo_change_company, qbo_creation, qbo_hide, qbo_profile
