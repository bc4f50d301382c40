"""Benchmarks, which print ratios and are not tests."""
