"""Checks of the scope and the id of a construct, before any other property."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from aws_cdk import Stack, Stage
from constructs import Construct

from patching_constructs._errors import PatchingError, located, refusal, shown
from patching_constructs._validation import check_type

HAS_ASSETS: Final = "has_assets"
"""The property of a stack that cannot always have assets."""


@contextmanager
def creating(scope: Construct, id: str) -> Iterator[None]:  # noqa: A002 - the CDK's name for it
    """Check the scope and the id of a new construct, and add its path to every error.

    Raises:
        PatchingError: the scope is not a construct, or is an app or a stage; or the id is not a nonempty string.
    """
    _check_scope(scope)
    check_type("id", id, str)
    if not id:
        raise refusal("id", "must have at least one character", repr(id))
    with located(scope, id):
        yield


def stage_of(scope: Construct) -> Stage:
    """Return the stage that collects the assets of a construct; `creating` has checked the construct already.

    Raises:
        PatchingError: the construct is not in a stack, or is in one that cannot have assets.
    """
    stage = None
    # Stack.of() raises an error if there is no stack.
    with suppress(RuntimeError):
        check_has_assets(scope)
        stage = Stage.of(Stack.of(scope))
    if stage is None:
        raise _outside_of_a_stack(shown(scope))
    return stage


def check_has_assets(scope: Construct) -> None:
    """Check that the files of a construct can be deployed.

    Raises:
        PatchingError: it is in a `PatchOrganization` without buckets for files.
    """
    if not getattr(Stack.of(scope), HAS_ASSETS, True):
        fix = "set asset_buckets and asset_bucket_prefix of the PatchOrganization"
        raise refusal("scope", "must have buckets for files", "a PatchOrganization without asset_buckets", fix)


def _check_scope(scope: Construct) -> None:
    # Reading the node of a construct costs a jsii round trip, looking it up on the class does not.
    if not hasattr(type(scope), "node"):
        raise refusal("scope", "must be a construct", shown(scope), "pass the stack, or a construct in it")
    if isinstance(scope, Stage):
        raise _outside_of_a_stack(f"the {type(scope).__name__.lower()} itself")


def _outside_of_a_stack(got: str) -> PatchingError:
    return refusal("scope", "must be a stack or a construct in one", got, "create a Stack in it and pass that")
