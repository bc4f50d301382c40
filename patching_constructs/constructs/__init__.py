"""Everything that creates CDK resources."""
