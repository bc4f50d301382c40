"""The scheduler: when a maintenance window opens. Standard library only."""
