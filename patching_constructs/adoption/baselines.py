"""Patch baselines, as `PatchBaseline`."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_description
from patching_constructs.adoption.adopted import Adopted
from patching_constructs.adoption.code import Call, Expression, Items, Literal, Name, Statement
from patching_constructs.adoption.given import (
    Given,
    NotAdoptableError,
    is_token,
    list_of_texts,
    refusals_as_reasons,
    shown,
    text,
    texts,
    truth,
)
from patching_constructs.adoption.members import duration, member
from patching_constructs.adoption.scope import Scope
from patching_constructs.adoption.settings import Settings, properties_of
from patching_constructs.properties._baseline_checks import check_baseline, checked_groups
from patching_constructs.properties._resource_names import check_resource_name
from patching_constructs.ssm import limits
from patching_constructs.ssm.compliance import ComplianceLevel, PatchComplianceStatus, RejectedPatchesAction
from patching_constructs.ssm.operating_systems import FilterKey, OperatingSystem
from patching_constructs.template.baselines import Baseline

_PROPERTIES: Final[Mapping[str, tuple[str, Callable[[Any], Expression]]]] = {
    "Name": ("baseline_name", text),
    "Description": ("description", text),
    "ApprovedPatches": ("approved_patches", list_of_texts),
    "ApprovedPatchesComplianceLevel": (
        "approved_patches_compliance_level",
        lambda value: member(ComplianceLevel, value),
    ),
    "RejectedPatches": ("rejected_patches", list_of_texts),
    "RejectedPatchesAction": ("rejected_patches_action", lambda value: member(RejectedPatchesAction, value)),
    "PatchGroups": ("patch_groups", list_of_texts),
    "AvailableSecurityUpdatesComplianceStatus": (
        "available_security_updates_compliance_status",
        lambda value: member(PatchComplianceStatus, value),
    ),
}
_OPTIONS: Final = (
    (("ApprovedPatchesComplianceLevel", "ApprovedPatchesEnableNonSecurity"), "ApprovedPatches"),
    (("RejectedPatchesAction",), "RejectedPatches"),
)
_TRUTHS: Final = {
    "ApprovedPatchesEnableNonSecurity": "approved_patches_enable_non_security",
    "DefaultBaseline": "default_baseline",
}


def adopted_baseline(baseline: Baseline, scope: Scope) -> Adopted:
    """Return the construct of a baseline.

    Raises:
        NotAdoptableError: the construct cannot create the same resource.
    """
    settings = Settings()
    id_, variable = scope.new_id(baseline.logical_id), scope.new_name(baseline.logical_id)
    handle = f"{variable}.baseline"
    settings.resource(baseline, handle)
    others: dict[str, Any] = {}
    given = Given(properties_of(baseline), others=others)
    named = _arguments(given, settings, baseline.logical_id)
    settings.tags(handle, given)
    given.finish()
    settings.override(handle, others)
    _register_groups(baseline, scope, _check(scope, named))
    construct = Call("PatchBaseline", [Name("self"), Literal(id_)], named)
    return Adopted(
        kind="PatchBaseline",
        id=id_,
        statements=[Statement(construct, variable), *settings.statements],
        handles=settings.handles,
        notes=settings.notes,
        dependencies=settings.dependencies,
    )


_DEFAULTS: Final[Mapping[str, Any]] = {
    "rules": (),
    "global_filters": (),
    "approved_patches": (),
    "approved_patches_compliance_level": None,
    "approved_patches_enable_non_security": False,
    "rejected_patches": (),
    "rejected_patches_action": None,
    "sources": (),
    "available_security_updates_compliance_status": None,
}


def _register_groups(baseline: Baseline, scope: Scope, values: Mapping[str, Any]) -> None:
    """Register the patch groups, of which the construct refuses a second baseline of the same operating system."""
    known = [(values["operating_system"], each) for each in values.get("patch_groups", ()) if not is_unresolved(each)]
    for system, group in known:
        other = scope.patch_groups.get((system, group))
        if other is not None:
            raise NotAdoptableError(f"{other} registers the patch group {group!r} for {system} too")
    if "Condition" not in baseline.template.content["Resources"][baseline.logical_id]:
        scope.patch_groups |= dict.fromkeys(known, baseline.logical_id)


def _check(scope: Scope, named: Mapping[str, Expression]) -> dict[str, Any]:
    """Return the values of the properties, which the construct accepts."""
    values = scope.evaluate_all(named)
    with refusals_as_reasons():
        check_resource_name("baseline_name", values["baseline_name"])
        check_description(values.get("description"), limits.BASELINE_DESCRIPTION_LENGTH)
        checked_groups(values.get("patch_groups", ()))
        given = {name: values.get(name, default) for name, default in _DEFAULTS.items()}
        check_baseline(values["operating_system"], **given)
    return values


def _arguments(given: Given, settings: Settings, logical_id: str) -> dict[str, Expression]:
    system = given.take("OperatingSystem")
    if system is None:
        settings.note(logical_id, "OperatingSystem WINDOWS, the default of the service, is written out")
    found: dict[str, Expression] = {"operating_system": member(OperatingSystem, system or OperatingSystem.WINDOWS)}
    if rules := _rules(given.below("ApprovalRules")):
        found["rules"] = Items(rules)
    if filters := _filters(given.below("GlobalFilters")):
        found["global_filters"] = Items(filters)
    if sources := [_source(each) for each in given.mappings("Sources")]:
        found["sources"] = Items(sources)
    _keep_what_has_no_effect(given)
    for key, (name, kind) in _PROPERTIES.items():
        if (value := given.take(key)) is not None:
            found[name] = kind(value)
    for key, name in _TRUTHS.items():
        if _is_set(given, key):
            found[name] = Literal(value=True)
    if "baseline_name" not in found:
        raise NotAdoptableError("Name is missing")
    return found


def _keep_what_has_no_effect(given: Given) -> None:
    """Keep options of lists that are empty, which the constructs do not take."""
    for options, patches in _OPTIONS:
        if given.peek(patches) is None:
            for option in options:
                if given.peek(option) is not None:
                    given.skip(option)


def _is_set(given: Given, key: str) -> bool:
    """Return whether a flag is set. One that is false is kept, because the constructs leave it out."""
    value = given.take(key)
    if value is not None and not truth(value):
        given.keep(key, value)
    return truth(value)


def _rules(given: Given) -> list[Expression]:
    found = [_rule(each) for each in given.mappings("PatchRules")]
    given.finish()
    return found


def _rule(given: Given) -> Expression:
    days, until = given.take("ApproveAfterDays"), given.take("ApproveUntilDate")
    filters = _filters(given.below("PatchFilterGroup"))
    named: dict[str, Expression] = {}
    if (level := given.take("ComplianceLevel")) is not None:
        named["compliance_level"] = member(ComplianceLevel, level)
    if _is_set(given, "EnableNonSecurity"):
        named["enable_non_security"] = Literal(value=True)
    given.finish()
    if (days is None) == (until is None):
        raise NotAdoptableError("a rule must have either ApproveAfterDays or ApproveUntilDate")
    if until is None:
        return Call("PatchRule.approve_after", [duration("days", days), *filters], named)
    return Call("PatchRule.approve_until", [_day(until), *filters], named)


def _day(value: object) -> Expression:
    if is_token(value):
        return text(value)
    try:
        is_same = date.fromisoformat(str(value)).isoformat() == value
    except ValueError:
        is_same = False
    if not is_same:
        raise NotAdoptableError(f"ApproveUntilDate must be like 2027-01-31, got {shown(value)}")
    return Call("date.fromisoformat", [Literal(value)])


def _filters(given: Given) -> list[Expression]:
    found: list[Expression] = []
    for each in given.mappings("PatchFilters"):
        key, values = each.required("Key"), texts(each.required("Values"))
        each.finish()
        if key not in list(FilterKey):
            raise NotAdoptableError(f"the key of a filter must be known, got {shown(key)}")
        found.append(Call(f"PatchFilter.{str(key).lower()}", values))
    given.finish()
    return found


def _source(given: Given) -> Expression:
    products = texts(given.required("Products"))
    named: dict[str, Expression] = {
        "name": text(given.required("Name")),
        "products": Items(products, is_tuple=True),
        "configuration": text(given.required("Configuration")),
    }
    given.finish()
    return Call("PatchSource", named=named)
