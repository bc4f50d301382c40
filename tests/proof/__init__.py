"""What was shown of each feature, by which tests: the data of docs/reference/evidence.md."""
