"""What the command line reads from AWS: nodes, patch states, windows and executions. Nothing here changes anything."""
