"""The linter: rules for templates that patch nodes, the engine that applies them, and an adapter for cdk-nag."""
