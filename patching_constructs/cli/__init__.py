"""The command line. Its libraries are an optional extra; without them, `main` names the extra to install."""

import sys


def main() -> None:
    """Run ``patching-constructs``."""
    try:
        from patching_constructs.cli.app import app

        # A command imports its libraries when it runs, so this can fail too.
        app()
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("patching_constructs"):
            raise
        sys.exit(f"{error.name} is not installed. To install the command line: pip install 'patching-constructs[cli]'")
