"""The results of past executions: which windows of an account belong to a template, and what became of executions."""
