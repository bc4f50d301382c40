"""Which baseline is registered for what, in every app of this process: a second registration is found at once.

A patch group, and a system's default, has one baseline in an account and Region. CloudFormation tells only when the
second one is deployed.

The apps are kept alive: jsii refers to an object of Node weakly and makes another one when the first is gone, which
would be another app. jsii's kernel keeps its side of them anyway.
"""

from dataclasses import dataclass
from typing import Final

from aws_cdk import App, Stack, Stage
from constructs import Construct, IConstruct

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs.operating_system import OperatingSystem
from patching_constructs.patch_group import PatchGroup


@dataclass(frozen=True, slots=True)
class Environment:
    """The account and Region that a stack is deployed to.

    Where they are known only at deployment, two stacks are taken for neighbours when one stage, or the app, has both.
    """

    within: IConstruct
    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Place:
    """What can have one baseline: a patch group, or a system's default (which has no group)."""

    environment: Environment
    operating_system: OperatingSystem
    group: str | None


_environments: Final[dict[Stack, Environment]] = {}
_holders: Final[dict[Place, Construct]] = {}


def places(
    scope: Construct, operating_system: OperatingSystem, groups: tuple[PatchGroup, ...], *, default: bool
) -> tuple[Place, ...]:
    """Return what a baseline asks for; a group whose name is a token cannot be compared and is left out.

    Costs no crossing where nothing is asked for, and a few for the first baseline of every stack.
    """
    names: list[str | None] = [group.name for group in groups if not is_unresolved(group.name)]
    if default:
        names.append(None)
    if not names:
        return ()
    environment = _environment(scope if isinstance(scope, Stack) else Stack.of(scope))
    return tuple(Place(environment, operating_system, name) for name in names)


def check_free(wanted: tuple[Place, ...], scope: Construct, *name: str) -> None:
    """Refuse what another baseline has.

    Raises:
        PatchingError: the message names both constructs by their paths.
    """
    for place in wanted:
        if place in _holders:
            got = f"{_holders[place].node.path} and {'/'.join([scope.node.path, *name])}"
            raise refusal(*_rule(place), got, _fix(place))


def hold(wanted: tuple[Place, ...], baseline: Construct) -> None:
    """Remember who has what."""
    _holders.update(dict.fromkeys(wanted, baseline))


def _rule(place: Place) -> tuple[str, str]:
    if place.group is None:
        return "default_baseline", f"must be one baseline's on {place.operating_system} in an account and Region"
    return (
        "patch_groups",
        f"must give {place.group!r} one baseline on {place.operating_system} in an account and Region",
    )


def _fix(place: Place) -> str:
    return "leave one of them out" if place.group is None else "share one baseline, or name another group"


def _environment(stack: Stack) -> Environment:
    if stack not in _environments:
        account, region = stack.account, stack.region
        known = not is_unresolved(account) and not is_unresolved(region)
        # Every stack is in a stage, if only the app; the type does not know.
        stage = Stage.of(stack) or stack
        within = stage.node.root if known and not isinstance(stage, App) else stage
        _environments[stack] = Environment(within, account, region)
    return _environments[stack]
