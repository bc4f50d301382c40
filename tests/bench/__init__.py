"""Benchmarks: they print ratios and are no tests."""
