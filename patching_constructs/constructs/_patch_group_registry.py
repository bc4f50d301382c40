"""Which baselines claim a patch group, or to be a system's default, in every app of this process.

A patch group has one baseline per operating system in an account and Region. CloudFormation reports a second one only
when it is deployed, so a claim is compared with the earlier ones at synthesis:

- a conflict is *certain* where both stacks are one, or are both known to be in one account and Region;
- it is *possible* where the account or the Region of a stack is known only at deployment, within one stage: two such
  stacks are often two environments, such as dev and prod.

The apps are kept alive: jsii refers to an object of Node weakly and makes another one when the first is gone, which
would be another app. jsii's kernel keeps its side of them anyway.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from aws_cdk import App, Stack, Stage
from aws_cdk.aws_ssm import CfnPatchBaseline
from constructs import Construct, IConstruct

from patching_constructs._errors import PatchingError, refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.ssm.operating_systems import OperatingSystem

GROUP_CLAIMED_TWICE: Final = "patching-constructs:patchGroupClaimedTwice"
DEFAULT_CLAIMED_TWICE: Final = "patching-constructs:defaultBaselineClaimedTwice"


@dataclass(frozen=True, slots=True, eq=False)
class Environment:
    """Where a stack is deployed, as far as it is known at synthesis."""

    stack: Stack
    stage: IConstruct
    app: IConstruct
    account: str
    region: str

    def is_that_of(self, other: "Environment") -> bool:
        """Whether both are certainly one account and Region."""
        if self.stack is other.stack:
            return True
        if is_unresolved((self.account, self.region)):
            return self.stage is other.stage and _deployed_with(self.stack) is _deployed_with(other.stack)
        return (self.account, self.region) == (other.account, other.region)

    def may_be_that_of(self, other: "Environment") -> bool:
        """Whether both are, or may turn out to be, one account and Region."""
        return self.is_that_of(other) or (self.stage is other.stage and self._may_have_names_of(other))

    def _may_have_names_of(self, other: "Environment") -> bool:
        return all(
            one == two or is_unresolved(one) or is_unresolved(two)
            for one, two in ((self.account, other.account), (self.region, other.region))
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """What has one baseline in an account and Region: a patch group, or a system's default (which has no group)."""

    environment: Environment
    operating_system: OperatingSystem
    group: str | None

    @property
    def key(self) -> tuple[IConstruct, OperatingSystem, str | None]:
        """What two claims must have in common to be in conflict."""
        return self.environment.app, self.operating_system, self.group


@dataclass(frozen=True, slots=True, eq=False)
class Holder:
    """A baseline that made a claim. What it is now is looked at only where another one claims the same."""

    claim: Claim
    baseline: Construct
    resource: CfnPatchBaseline

    @property
    def still_holds(self) -> bool:
        """Whether the construct is still in the tree, and its resource still has the group or is the default."""
        return _is_in_tree(self.baseline) and self._is_rendered

    @property
    def is_conditional(self) -> bool:
        """Whether a condition of the template decides if the baseline is created."""
        return self.resource.cfn_options.condition is not None

    @property
    def _is_rendered(self) -> bool:
        if self.claim.group is None:
            return self.resource.default_baseline is not False
        return self.claim.group in (self.resource.patch_groups or ())


_environments: Final[dict[Stack, Environment]] = {}
_holders: Final[dict[tuple[IConstruct, OperatingSystem, str | None], list[Holder]]] = {}


def claims(
    scope: Construct, operating_system: OperatingSystem, groups: Iterable[PatchGroup], *, default: bool
) -> tuple[Claim, ...]:
    """Return what a baseline claims; a group whose name is a token cannot be compared and is left out.

    Costs no round trip where nothing is claimed, and a few for the first baseline of every stack.
    """
    names: list[str | None] = [group.name for group in groups if not is_unresolved(group.name)]
    if default:
        names.append(None)
    if not names:
        return ()
    environment = _environment(scope if isinstance(scope, Stack) else Stack.of(scope))
    return tuple(Claim(environment, operating_system, name) for name in names)


def check_unclaimed(wanted: Iterable[Claim], scope: Construct, *ids: str) -> None:
    """Refuse a patch group that certainly has another baseline.

    Raises:
        PatchingError: the message names both constructs by their paths.
    """
    for claim in wanted:
        holder = _holder(claim, claim.environment.is_that_of)
        if holder is not None and claim.group is not None and not holder.is_conditional:
            raise _conflict(claim, f"{holder.baseline.node.path} and {'/'.join([scope.node.path, *ids])}")


def possible_conflicts(wanted: Iterable[Claim]) -> Iterator[tuple[str, str]]:
    """Return a warning's id and text for each claim that the deployment may refuse, or that no source defines."""
    for claim in wanted:
        holder = _holder(claim, claim.environment.may_be_that_of)
        if holder is not None and claim.group is not None:
            yield GROUP_CLAIMED_TWICE, _group_warning(claim, holder)
        elif holder is not None:
            yield DEFAULT_CLAIMED_TWICE, _default_warning(claim, holder)


def hold(wanted: Iterable[Claim], baseline: Construct, resource: CfnPatchBaseline) -> None:
    """Remember who claims what."""
    for claim in wanted:
        _holders.setdefault(claim.key, []).append(Holder(claim, baseline, resource))


def _holder(claim: Claim, shares: Callable[[Environment], bool]) -> Holder | None:
    """Return the first baseline with the same claim in such an environment."""
    held = _holders.get(claim.key, ())
    return next((each for each in held if shares(each.claim.environment) and each.still_holds), None)


def _is_in_tree(construct: Construct) -> bool:
    scopes = construct.node.scopes
    return all(parent.node.try_find_child(child.node.id) is child for parent, child in pairwise(scopes))


def _conflict(claim: Claim, got: str) -> PatchingError:
    rule = f"must give {claim.group!r} one baseline on {claim.operating_system} in an account and Region"
    return refusal("patch_groups", rule, got, "share one baseline, or name another group")


def _group_warning(claim: Claim, holder: Holder) -> str:
    claims = f"{holder.baseline.node.path} gives patch group {claim.group!r} a baseline on {claim.operating_system} too"
    if claim.environment.is_that_of(holder.claim.environment):
        return f"{claims}; if the conditions of the template create both, the deployment fails"
    return (
        f"{claims}; if both stacks are deployed to one account and Region, the second deployment fails; "
        "give the stacks an env to have it checked, or acknowledge this warning"
    )


def _default_warning(claim: Claim, holder: Holder) -> str:
    return (
        f"{holder.baseline.node.path} is a default baseline on {claim.operating_system} too; AWS does not document "
        "which one applies where both are in one account and Region"
    )


def _deployed_with(stack: Stack) -> Stack:
    """Return the stack whose deployment includes this one: itself, or the outermost parent of a nested stack."""
    while (parent := stack.nested_stack_parent) is not None:
        stack = parent
    return stack


def _environment(stack: Stack) -> Environment:
    if stack not in _environments:
        account, region = stack.account, stack.region
        # Every stack is in a stage, if only the app; the type does not know.
        stage = Stage.of(stack) or stack
        app = stage if isinstance(stage, App) else stage.node.root
        _environments[stack] = Environment(stack, stage, app, account, region)
    return _environments[stack]
