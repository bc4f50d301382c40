"""The counter: the command line. Its libraries are an extra; this door says how to install them."""

import sys


def main() -> None:
    """Run ``patching-constructs``."""
    try:
        from patching_constructs.cli.app import app

        # A command imports its libraries when it runs, so they can be missing here too.
        app()
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("patching_constructs"):
            raise
        sys.exit(f"{error.name} is missing: the command line is an extra: pip install 'patching-constructs[cli]'")
