"""What becomes of the resources of templates that are adopted."""
