"""The values that constructs take: checked when they are made, free of the CDK."""
