"""Adopting the resources of templates."""
