"""The function that turns events into messages."""
