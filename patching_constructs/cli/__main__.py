"""``python -m patching_constructs.cli``: the console script without its script."""

from patching_constructs.cli import main

main()
