"""The output formats of `check --list-rules`."""
