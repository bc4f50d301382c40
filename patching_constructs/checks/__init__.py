"""The linter: rules of templates that patch nodes, and the engine that applies them. Pure; cdk-nag has an adapter."""
