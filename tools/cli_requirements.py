"""Print what the command line requires: the extra ``cli``, and what the library requires besides the CDK."""

import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"
CDK = ("aws-cdk-lib", "constructs")


def cli_requirements() -> list[str]:
    """Return the requirements as pyproject.toml has them."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    others = [each for each in project["dependencies"] if not each.startswith(CDK)]
    return [*project["optional-dependencies"]["cli"], *others]


if __name__ == "__main__":
    print("\n".join(cli_requirements()))
