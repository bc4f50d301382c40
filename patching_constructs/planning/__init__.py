"""The planner: which windows are open when, and which of them share nodes. Standard library only.

Constructs, the linter and the command line all use it, each with windows from its own source.
"""
