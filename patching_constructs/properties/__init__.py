"""The values of construct properties. They are checked when they are created and do not depend on the CDK."""
