"""The output formats of `check`."""
