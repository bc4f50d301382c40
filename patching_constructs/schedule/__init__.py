"""The clock: when a maintenance window opens. Standard library only."""
