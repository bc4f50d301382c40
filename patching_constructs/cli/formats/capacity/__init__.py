"""The capacity of windows: a file for every format."""
