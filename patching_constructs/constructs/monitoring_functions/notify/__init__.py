"""The function that turns events into messages that a person can read, in mail and in chat."""
