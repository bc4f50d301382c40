"""The output formats: a package for what is written, a file for every format."""
