"""What Systems Manager accepts: data with sources. Standard library only."""
