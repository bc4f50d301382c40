"""The pipelines of ``examples/pipelines``: what validators find in them, and whether their commands run."""
