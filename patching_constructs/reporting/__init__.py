"""The compliance of a fleet: nodes, their patch states, and the windows that patch them, from any source."""
