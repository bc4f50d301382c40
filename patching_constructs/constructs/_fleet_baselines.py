"""The baselines of a fleet: one for each operating system, created here or given."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from constructs import Construct

from patching_constructs._errors import located, refusal
from patching_constructs._validation import check_list_of
from patching_constructs.constructs.patch_baseline import PatchBaseline
from patching_constructs.properties._baseline_checks import check_rules
from patching_constructs.properties.approval import PatchRule
from patching_constructs.properties.patch_group import PatchGroup
from patching_constructs.ssm.operating_systems import OperatingSystem, checked_system

Plan = Mapping[OperatingSystem, PatchBaseline | Sequence[PatchRule]]
"""What each operating system has: a given baseline, or the rules of a new one."""

_SYSTEMS: Final = "operating_systems"


def planned_baselines(
    systems: Sequence[OperatingSystem | PatchBaseline],
    rules: Sequence[PatchRule] | Callable[[OperatingSystem], Sequence[PatchRule]] | None,
    scope: Construct,
    fleet: str,
) -> Plan:
    """Return the baselines of a fleet, before the first one is created.

    Args:
        systems: each operating system, or the baseline of one.
        rules: the rules of new baselines, or what returns those of an operating system.
        scope: the scope of the fleet.
        fleet: the id of the fleet.

    Raises:
        PatchingError: there is no operating system, one is given twice, the rules are invalid on one, or there are
            rules but no new baseline.
    """
    given = _given(systems)
    if rules is not None and None not in given.values():
        rule = "requires an operating system without a given baseline"
        raise refusal("rules", rule, ", ".join(given), "leave it out, or set the rules of the baselines")
    planned: dict[OperatingSystem, PatchBaseline | Sequence[PatchRule]] = {}
    for system, baseline in given.items():
        with located(scope, fleet, baseline_id(system)):
            planned[system] = _rules_of(system, rules) if baseline is None else baseline
    return planned


def created_baselines(fleet: Construct, plan: Plan, group: PatchGroup) -> dict[OperatingSystem, PatchBaseline]:
    """Create the new baselines, and add the patch group to the given ones."""
    baselines: dict[OperatingSystem, PatchBaseline] = {}
    for system, planned in plan.items():
        if isinstance(planned, PatchBaseline):
            baselines[system] = planned
            if group.name not in [each.name for each in planned.patch_groups]:
                planned.add_patch_group(group)
        else:
            baselines[system] = PatchBaseline(
                fleet, baseline_id(system), operating_system=system, rules=planned, patch_groups=[group]
            )
    return baselines


def baseline_id(system: OperatingSystem) -> str:
    """Return the id of the baseline of an operating system, which does not depend on the others."""
    return f"{system}-Baseline"


def _given(systems: Sequence[OperatingSystem | PatchBaseline]) -> dict[OperatingSystem, PatchBaseline | None]:
    fix = "write [OperatingSystem.WINDOWS, ...]"
    if isinstance(systems, Sequence) and not isinstance(systems, str | bytes):
        # A literal of the service is an operating system too; a token is not.
        systems = [checked_system(each) if isinstance(each, str) else each for each in systems]
    check_list_of(_SYSTEMS, systems, (OperatingSystem, PatchBaseline), fix)
    if not systems:
        raise refusal(_SYSTEMS, "must have at least 1 item", 0, fix)
    given: dict[OperatingSystem, PatchBaseline | None] = {}
    for each in systems:
        system, baseline = (each.operating_system, each) if isinstance(each, PatchBaseline) else (each, None)
        if system in given:
            fix = "list it once: the operating system for a new baseline, or its own baseline"
            raise refusal(_SYSTEMS, "must not repeat an operating system", f"{system} twice", fix)
        given[system] = baseline
    return given


def _rules_of(
    system: OperatingSystem, rules: Sequence[PatchRule] | Callable[[OperatingSystem], Sequence[PatchRule]] | None
) -> Sequence[PatchRule]:
    if rules is None:
        return [PatchRule.security_patches(system)]
    # A class can be called too, but does not return rules.
    is_function = callable(rules) and not isinstance(rules, type | Sequence)
    found: Any = cast("Callable[[OperatingSystem], Sequence[PatchRule]]", rules)(system) if is_function else rules
    check_rules(system, found)
    return tuple(found)
