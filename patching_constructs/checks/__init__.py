"""The inspectors: what is wrong in a template, before it is deployed. Pure; the adapter for cdk-nag is thin."""
