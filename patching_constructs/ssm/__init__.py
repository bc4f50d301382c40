"""What Systems Manager accepts: data, each with its source. Standard library only."""
