"""The kinds of evidence: the columns of the table."""

from enum import StrEnum
from typing import Final


class Evidence(StrEnum):
    """A kind of evidence."""

    UNIT = "unit"
    CDK_VALIDATION = "cdk-validation"
    CFN_LINT = "cfn-lint"
    NAG = "nag"
    OWN_CHECKS = "own-checks"
    API_MODEL = "api-model"
    EMULATOR = "emulator"


# What a template passes, whatever it deploys.
STATIC: Final = (Evidence.CDK_VALIDATION, Evidence.CFN_LINT, Evidence.NAG, Evidence.OWN_CHECKS)
TITLES: Final = {
    Evidence.UNIT: "Unit tests",
    Evidence.CDK_VALIDATION: "CDK validation",
    Evidence.CFN_LINT: "cfn-lint",
    Evidence.NAG: "cdk-nag",
    Evidence.OWN_CHECKS: "Our linter",
    Evidence.API_MODEL: "API model",
    Evidence.EMULATOR: "Emulator",
}
