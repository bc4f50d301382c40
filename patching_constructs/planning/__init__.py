"""The planner: which windows are open when, and what they share. Standard library only.

It knows windows, and not where they come from: constructs, templates and the command line all ask it.
"""
