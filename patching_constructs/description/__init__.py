"""What the resources of templates do, as data: `describe` shows it, and `diff` compares it."""
