"""The compliance report: a file for every format."""
