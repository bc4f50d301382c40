"""Run the command line with ``python -m patching_constructs.cli``."""

from patching_constructs.cli import main

main()
