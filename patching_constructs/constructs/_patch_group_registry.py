"""A registry of the patch groups and defaults of all baselines in this process.

A patch group has one baseline per operating system in an account and Region. CloudFormation reports a second one only
at deployment, so every registration is compared with the earlier ones at synthesis:

- A conflict is *certain* if both baselines are in the same stack, or in stacks with the same known account and Region.
- A conflict is *possible* if the account or the Region of a stack is unknown until deployment and both stacks are in
  the same stage. Such stacks are often two environments, such as dev and prod.

The registry keeps the apps alive. jsii has only weak references to Python objects and would create another object for
an app that was garbage collected, which would not be equal. The jsii kernel keeps its objects in any case.
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

GROUP_REGISTERED_TWICE: Final = "patching-constructs:patchGroupRegisteredTwice"
DEFAULT_REGISTERED_TWICE: Final = "patching-constructs:defaultBaselineRegisteredTwice"


@dataclass(frozen=True, slots=True, eq=False)
class Environment:
    """The account and Region of a stack, as far as they are known at synthesis."""

    stack: Stack
    stage: IConstruct
    app: IConstruct
    account: str
    region: str

    def is_same(self, other: "Environment") -> bool:
        """Whether both are certainly the same account and Region."""
        if self.stack is other.stack:
            return True
        if is_unresolved((self.account, self.region)):
            return self.stage is other.stage and _deployed_with(self.stack) is _deployed_with(other.stack)
        return (self.account, self.region) == (other.account, other.region)

    def can_be_same(self, other: "Environment") -> bool:
        """Whether both are or can be the same account and Region."""
        return self.is_same(other) or (self.stage is other.stage and self._can_have_same_names(other))

    def _can_have_same_names(self, other: "Environment") -> bool:
        return all(
            one == two or is_unresolved(one) or is_unresolved(two)
            for one, two in ((self.account, other.account), (self.region, other.region))
        )


@dataclass(frozen=True, slots=True)
class Registration:
    """A patch group, or a default if ``group`` is None, which has one baseline in an account and Region."""

    environment: Environment
    operating_system: OperatingSystem
    group: str | None

    @property
    def key(self) -> tuple[IConstruct, OperatingSystem, str | None]:
        """Equal for registrations that conflict in the same account and Region."""
        return self.environment.app, self.operating_system, self.group


@dataclass(frozen=True, slots=True, eq=False)
class RegisteredBaseline:
    """A baseline with a registration. Its current state is read only if another baseline has the same one."""

    registration: Registration
    baseline: Construct
    resource: CfnPatchBaseline

    @property
    def is_current(self) -> bool:
        """Whether the construct is still in the tree, and its resource still has the group or is the default."""
        return _is_in_tree(self.baseline) and self._is_rendered

    @property
    def is_conditional(self) -> bool:
        """Whether the baseline depends on a condition in the template."""
        return self.resource.cfn_options.condition is not None

    @property
    def _is_rendered(self) -> bool:
        if self.registration.group is None:
            return self.resource.default_baseline is not False
        return self.registration.group in (self.resource.patch_groups or ())


_environments: Final[dict[Stack, Environment]] = {}
_registered: Final[dict[tuple[IConstruct, OperatingSystem, str | None], list[RegisteredBaseline]]] = {}


def registrations(
    scope: Construct, operating_system: OperatingSystem, groups: Iterable[PatchGroup], *, default: bool
) -> tuple[Registration, ...]:
    """Return the registrations of a baseline, except groups whose names are tokens and cannot be compared.

    It costs no jsii round trip without groups and default, and a few for the first baseline of every stack.
    """
    names: list[str | None] = [group.name for group in groups if not is_unresolved(group.name)]
    if default:
        names.append(None)
    if not names:
        return ()
    environment = _environment(scope if isinstance(scope, Stack) else Stack.of(scope))
    return tuple(Registration(environment, operating_system, name) for name in names)


def check_conflicts(wanted: Iterable[Registration], scope: Construct, *ids: str) -> None:
    """Check that no patch group certainly has another baseline.

    Raises:
        PatchingError: a group has one; the message contains the paths of both constructs.
    """
    for each in wanted:
        other = _other(each, each.environment.is_same)
        if other is not None and each.group is not None and not other.is_conditional:
            raise _conflict(each, f"{other.baseline.node.path} and {'/'.join([scope.node.path, *ids])}")


def possible_conflicts(wanted: Iterable[Registration]) -> Iterator[tuple[str, str]]:
    """Return the id and the text of a warning for each possible conflict, and for each second default."""
    for each in wanted:
        other = _other(each, each.environment.can_be_same)
        if other is not None and each.group is not None:
            yield GROUP_REGISTERED_TWICE, _group_warning(each, other)
        elif other is not None:
            yield DEFAULT_REGISTERED_TWICE, _default_warning(each, other)


def register(wanted: Iterable[Registration], baseline: Construct, resource: CfnPatchBaseline) -> None:
    """Add the registrations of a baseline."""
    for each in wanted:
        _registered.setdefault(each.key, []).append(RegisteredBaseline(each, baseline, resource))


def _other(registration: Registration, is_shared: Callable[[Environment], bool]) -> RegisteredBaseline | None:
    """Return the first baseline with the same registration in a shared environment."""
    found = _registered.get(registration.key, ())
    return next((each for each in found if is_shared(each.registration.environment) and each.is_current), None)


def _is_in_tree(construct: Construct) -> bool:
    scopes = construct.node.scopes
    return all(parent.node.try_find_child(child.node.id) is child for parent, child in pairwise(scopes))


def _conflict(registration: Registration, got: str) -> PatchingError:
    group, system = registration.group, registration.operating_system
    rule = f"must not register {group!r} with two {system} baselines in the same account and Region"
    return refusal("patch_groups", rule, got, "share one baseline, or use another group")


def _group_warning(registration: Registration, other: RegisteredBaseline) -> str:
    group, system = registration.group, registration.operating_system
    text = f"patch group {group!r} is already registered with the {system} baseline {other.baseline.node.path}"
    if registration.environment.is_same(other.registration.environment):
        return f"{text}; if the conditions of the template create both baselines, the deployment fails"
    return (
        f"{text}; if both stacks are deployed to the same account and Region, the second deployment fails; to check "
        "this at synthesis, set env on the stacks; otherwise, acknowledge this warning"
    )


def _default_warning(registration: Registration, other: RegisteredBaseline) -> str:
    return (
        f"{other.baseline.node.path} is already a default baseline of {registration.operating_system}; AWS does not "
        "document which one applies if both are in the same account and Region"
    )


def _deployed_with(stack: Stack) -> Stack:
    """Return the stack whose deployment includes this one: itself, or the outermost parent of a nested stack."""
    while (parent := stack.nested_stack_parent) is not None:
        stack = parent
    return stack


def _environment(stack: Stack) -> Environment:
    if stack not in _environments:
        account, region = stack.account, stack.region
        # Every stack is in a stage, because an app is a stage. The type allows None.
        stage = Stage.of(stack) or stack
        app = stage if isinstance(stage, App) else stage.node.root
        _environments[stack] = Environment(stack, stage, app, account, region)
    return _environments[stack]
