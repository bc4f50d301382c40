"""The output formats of `describe`."""
