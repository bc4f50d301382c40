"""The coverage of nodes: a file for every format."""
