"""What a StackSet with service-managed permissions cannot deploy, found in the template when it has been written.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

from pathlib import Path
from typing import Final

import jsii
from aws_cdk import Annotations, IStableAnyProducer, Lazy, Stack, Stage
from aws_cdk.aws_cloudformation import CfnStackSet
from constructs import IValidation

from patching_constructs._errors import refusal

# https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html
_LARGEST: Final = 1024 * 1024
# The limit in earlier versions of the same page.
_LARGEST_ONCE: Final = 460_800
NO_TRANSFORMS: Final = "must not have transforms, which StackSets with service-managed permissions do not support"
_METADATA: Final = "patching-constructs:template"
_WARNING: Final = "patching-constructs:largeTemplate"
_FIX: Final = "use several of them"
# As a key of JSON. In a string, its quotation marks have backslashes.
_TRANSFORM: Final = b'"Fn::Transform":'


@jsii.implements(IValidation, IStableAnyProducer)
class OrganizationFile:
    """The template of a StackSet, checked when it has been written.

    The CDK checks an app, then writes the template of the StackSet, and then that of the stack around it. Only a token
    in the latter is resolved when the former is there, so this is a token of the StackSet's metadata. It resolves to
    nothing, so that the template contains no trace of it. What it finds are annotations, with which the CDK CLI fails.
    """

    def __init__(self, stack: Stack, stack_set: CfnStackSet) -> None:
        """Take the stack of the template, and the resource of the StackSet."""
        self._stack = stack
        self._stack_set = stack_set
        self._is_checked = False
        stack_set.add_metadata(_METADATA, Lazy.any(self))

    def validate(self) -> list[str]:
        """Return nothing. What is resolved before is not final: it can find the template of an earlier synthesis."""
        self._is_checked = True
        return []

    def produce(self) -> None:
        """Add an error or a warning to the StackSet if its template cannot be deployed."""
        if not self._is_checked:
            return
        self._is_checked = False
        stage = Stage.of(self._stack)
        assert stage is not None  # noqa: S101 - this is called when a stage is synthesized
        template = Path(stage.outdir, self._stack.template_file).read_bytes()
        if _TRANSFORM in template:
            self._error(NO_TRANSFORMS, "Fn::Transform")
        self._check_size(len(template))

    def _check_size(self, size: int) -> None:
        got = f"{size:,} bytes"
        if size > _LARGEST:
            self._error(f"must have a template of at most {_LARGEST:,} bytes", got, _FIX)
        elif size > _LARGEST_ONCE:
            rule = f"might be rejected, because AWS documented a limit of {_LARGEST_ONCE:,} bytes before {_LARGEST:,}"
            Annotations.of(self._stack_set).add_warning_v2(_WARNING, f"The template {rule}, got {got}; {_FIX}")

    def _error(self, rule: str, got: str, fix: str = "") -> None:
        Annotations.of(self._stack_set).add_error(str(refusal("PatchOrganization", rule, got, fix)))
