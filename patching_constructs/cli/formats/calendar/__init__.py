"""The output formats of `calendar`."""
