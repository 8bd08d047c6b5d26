from . import test_import
from . import test_export
from . import test_tokens
from . import test_secrets
from . import test_changes
from . import test_onboarding
from . import test_screens
