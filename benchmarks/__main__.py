"""`script/bench [NAME ...]`: run the benchmarks of these names, or all of them."""

import argparse
import importlib

NAMES = (
    *("imports", "growth", "alternatives", "posting", "calls", "matching"),
    *("webhooks", "arrival", "workers", "sandbox", "storage", "errors"),
)


def run():
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--size", type=int, help="documents to measure with")
    options = parser.parse_args()
    for name in options.names or NAMES:
        if name not in NAMES:
            parser.error(
                f"there is no benchmark {name}: choose from {', '.join(NAMES)}"
            )
        module = importlib.import_module(f"benchmarks.{name}")
        module.run(**({"size": options.size} if options.size else {}))


if __name__ == "__main__":
    run()
