from . import (
    qbo_change_company,
    qbo_creation,
    qbo_hide,
    qbo_draft,
    qbo_history_import,
    qbo_history_import_jobs,
    qbo_profile,
)
