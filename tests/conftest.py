"""What all tests share: the checkout and the commands' library are importable."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "script/lib")]
