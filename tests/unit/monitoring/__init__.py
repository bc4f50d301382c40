"""The monitoring of patching, deployed: from an event or a state of the service to an alarm and a message."""
