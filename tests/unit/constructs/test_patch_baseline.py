"""PatchBaseline, seen through the template that it synthesizes."""

import gc
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ssm as ssm
from aws_cdk.assertions import Annotations, Match, Template
from constructs import Construct

from patching_constructs import (
    ComplianceLevel,
    OperatingSystem,
    PatchBaseline,
    PatchComplianceStatus,
    PatchFilter,
    PatchGroup,
    PatchRule,
    PatchSource,
    PatchTarget,
    RejectedPatchesAction,
)
from patching_constructs.ssm.operating_systems import FilterKey, OperatingSystemFamily, published_values
from tests.refusals import refused

pytestmark = pytest.mark.proves("PatchBaseline", "unit")

BASELINE = "AWS::SSM::PatchBaseline"
WEEK = timedelta(days=7)
TEXT = cdk.Token.as_string({"Ref": "Text"})
RULE = PatchRule.approve_after(WEEK, PatchFilter.classification("Security"))
DEBIAN_RULE = PatchRule.security_patches(OperatingSystem.UBUNTU)
AL2023, UBUNTU, WINDOWS, MACOS = (
    OperatingSystem.AMAZON_LINUX_2023,
    OperatingSystem.UBUNTU,
    OperatingSystem.WINDOWS,
    OperatingSystem.MACOS,
)


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def patch_baseline(scope: cdk.Stack, name: str = "Baseline", **properties: Any) -> PatchBaseline:
    minimal: dict[str, Any] = {"operating_system": AL2023, "rules": [RULE]}
    return PatchBaseline(scope, name, **minimal | properties)


def properties_of(stack: cdk.Stack) -> dict[str, Any]:
    (resource,) = Template.from_stack(stack).find_resources(BASELINE).values()
    properties: dict[str, Any] = resource["Properties"]
    return properties


# --- Minimal ------------------------------------------------------------------------------------------


def test_minimal_baseline_is_one_resource(stack: cdk.Stack) -> None:
    baseline = patch_baseline(stack)
    assert [child.node.id for child in baseline.node.children] == ["Resource"]
    assert baseline.node.default_child is baseline.baseline
    assert len(Template.from_stack(stack).to_json()["Resources"]) == 1


def test_minimal_properties(stack: cdk.Stack) -> None:
    patch_baseline(stack)
    filters = [{"Key": "CLASSIFICATION", "Values": ["Security"]}]
    assert properties_of(stack) == {
        "ApprovalRules": {"PatchRules": [{"ApproveAfterDays": 7, "PatchFilterGroup": {"PatchFilters": filters}}]},
        "Name": "Stack-Baseline-786F847F",
        "OperatingSystem": "AMAZON_LINUX_2023",
    }


def test_camel_case_dicts_synthesize_to_nothing_and_our_rules_arrive(stack: cdk.Stack) -> None:
    rules = {"PatchRules": [{"ApproveAfterDays": 7}]}
    ssm.CfnPatchBaseline(stack, "ByHand", name="by-hand", approval_rules=rules)
    patch_baseline(stack, baseline_name="ours")
    found = Template.from_stack(stack).find_resources(BASELINE).values()
    approved = {each["Properties"]["Name"]: each["Properties"].get("ApprovalRules") for each in found}
    assert not approved["by-hand"], "the trap of aws-cdk-lib in Python that the property classes avoid"
    assert len(approved["ours"]["PatchRules"]) == 1


def test_ids_and_handles(stack: cdk.Stack) -> None:
    baseline = patch_baseline(stack, patch_groups=["web"])
    assert stack.resolve(baseline.patch_baseline_id) == {"Ref": stack.get_logical_id(baseline.baseline)}
    assert baseline.patch_baseline_ref.patch_baseline_id == baseline.patch_baseline_id
    assert baseline.operating_system is AL2023
    assert baseline.patch_groups == (PatchGroup("web"),)
    assert baseline.env.account == stack.account


def test_a_schedule_targets_the_groups_of_a_baseline(stack: cdk.Stack) -> None:
    baseline = patch_baseline(stack, patch_groups=[PatchGroup("web", instance_metadata_tags=True)])
    assert PatchTarget.patch_group(*baseline.patch_groups) == PatchTarget.tag("PatchGroup", "web")


def test_a_system_can_be_the_literal_of_the_service(stack: cdk.Stack) -> None:
    assert patch_baseline(stack, operating_system="UBUNTU", rules=[DEBIAN_RULE]).operating_system is UBUNTU


# --- Maximal ------------------------------------------------------------------------------------------


def every_filter(system: OperatingSystem) -> tuple[PatchFilter, ...]:
    """Return the maximum number of filters of a rule, with all published values."""
    published = published_values(system)
    values = {key: published[key].values if key in published else ("*",) for key in system.filter_keys}
    return tuple(PatchFilter(key, each) for key, each in values.items() if key is not FilterKey.PATCH_SET)


@pytest.mark.parametrize("system", OperatingSystem)
def test_every_property(stack: cdk.Stack, system: OperatingSystem) -> None:
    linux, windows = system.is_linux, system.family is OperatingSystemFamily.WINDOWS
    filters = every_filter(system)
    rule = PatchRule.approve_after(
        timedelta(0), *filters, compliance_level=ComplianceLevel.HIGH, enable_non_security=linux
    )
    source = PatchSource(name="internal", products=("*",), configuration="deb https://example.com stable main")
    patch_baseline(
        stack,
        operating_system=system,
        rules=[rule] * 10,
        approved_patches=[f"approved-{place}" for place in range(50)],
        approved_patches_compliance_level=ComplianceLevel.CRITICAL,
        approved_patches_enable_non_security=linux,
        rejected_patches=[f"rejected-{place}" for place in range(50)],
        rejected_patches_action=RejectedPatchesAction.BLOCK,
        global_filters=filters,
        sources=[source] * 20 if linux else [],
        patch_groups=[f"group-{place}" for place in range(25)],
        default_baseline=True,
        available_security_updates_compliance_status=PatchComplianceStatus.NON_COMPLIANT if windows else None,
        description="x" * 1024,
        baseline_name="fleet.prod_all-patches",
    )
    group = {"PatchFilters": [{"Key": each.key, "Values": list(each.values)} for each in filters]}
    rendered = {"ApproveAfterDays": 0, "ComplianceLevel": "HIGH", "PatchFilterGroup": group}
    expected: dict[str, Any] = {
        "ApprovalRules": {"PatchRules": [rendered | ({"EnableNonSecurity": True} if linux else {})] * 10},
        "ApprovedPatches": [f"approved-{place}" for place in range(50)],
        "ApprovedPatchesComplianceLevel": "CRITICAL",
        "DefaultBaseline": True,
        "Description": "x" * 1024,
        "GlobalFilters": group,
        "Name": "fleet.prod_all-patches",
        "OperatingSystem": system.value,
        "PatchGroups": [f"group-{place}" for place in range(25)],
        "RejectedPatches": [f"rejected-{place}" for place in range(50)],
        "RejectedPatchesAction": "BLOCK",
    }
    if linux:
        written = {"Configuration": source.configuration, "Name": "internal", "Products": ["*"]}
        expected |= {"ApprovedPatchesEnableNonSecurity": True, "Sources": [written] * 20}
    if windows:
        expected["AvailableSecurityUpdatesComplianceStatus"] = "NON_COMPLIANT"
    assert properties_of(stack) == expected
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
    cfn_lint = pytest.importorskip("cfnlint.api", reason="the tests with the oldest CDK install no cfn-lint")
    assert cfn_lint.lint(json.dumps(Template.from_stack(stack).to_json())) == []


def test_a_last_date(stack: cdk.Stack) -> None:
    patch_baseline(stack, rules=[PatchRule.approve_until(date(2027, 1, 31), PatchFilter.product("*"))])
    assert properties_of(stack)["ApprovalRules"]["PatchRules"] == [
        {
            "ApproveUntilDate": "2027-01-31",
            "PatchFilterGroup": {"PatchFilters": [{"Key": "PRODUCT", "Values": ["*"]}]},
        }
    ]


def test_a_group_added_later(stack: cdk.Stack) -> None:
    baseline = patch_baseline(stack, patch_groups=["web"])
    baseline.add_patch_group(PatchGroup("db"))
    baseline.add_patch_group("cache")
    assert [group.name for group in baseline.patch_groups] == ["web", "db", "cache"]
    assert properties_of(stack)["PatchGroups"] == ["web", "db", "cache"]


def test_a_rule_added_later(stack: cdk.Stack) -> None:
    baseline = patch_baseline(stack)
    baseline.add_rule(PatchRule.approve_after(timedelta(0), PatchFilter.severity("Critical")))
    assert properties_of(stack)["ApprovalRules"]["PatchRules"] == [
        {
            "ApproveAfterDays": 7,
            "PatchFilterGroup": {"PatchFilters": [{"Key": "CLASSIFICATION", "Values": ["Security"]}]},
        },
        {
            "ApproveAfterDays": 0,
            "PatchFilterGroup": {"PatchFilters": [{"Key": "SEVERITY", "Values": ["Critical"]}]},
        },
    ]


def warnings_of(stack: cdk.Stack) -> list[str]:
    found = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    return [str(each.entry.data) for each in found]


def test_after_the_first_rule_a_baseline_approves_something(stack: cdk.Stack) -> None:
    baseline = patch_baseline(stack, rules=[])
    assert len(warnings_of(stack)) == 1
    baseline.add_rule(RULE)
    assert warnings_of(stack) == []


def test_warning_of_a_rule_added_later(stack: cdk.Stack) -> None:
    baseline = patch_baseline(stack)
    baseline.add_rule(PatchRule.approve_after(WEEK, PatchFilter.product("Ubuntu24.04")))
    (warning,) = warnings_of(stack)
    assert warning.startswith("unknown product on AMAZON_LINUX_2023: 'Ubuntu24.04'; it may match no node")


def test_a_rule_added_later_is_checked_too(stack: cdk.Stack) -> None:
    baseline = patch_baseline(stack, rules=[RULE] * 10)
    assert refused(lambda: baseline.add_rule(RULE)) == (
        "rules must have at most 10 items, got 11; specify several values in one filter [Stack/Baseline]"
    )


# --- One baseline per group and system ----------------------------------------------------------------

GERMANY, IRELAND = cdk.Environment(account="111111111111", region="eu-central-1"), cdk.Environment(region="eu-west-1")
FIX = "share one baseline, or use another group"


def registered_twice(first: str, second: str) -> str:
    rule = "patch_groups must not register 'web' with two AMAZON_LINUX_2023 baselines in the same account and Region"
    return f"{rule}, got {first} and {second}; {FIX} [{second}]"


def possibly_registered_twice(first: str, group: str = "web") -> str:
    return (
        f"patch group {group!r} is already registered with the AMAZON_LINUX_2023 baseline {first}; "
        "if both stacks are deployed to the same account and Region, the second deployment fails; "
        "to check this at synthesis, set env on the stacks; otherwise, acknowledge this warning "
        "[ack: patching-constructs:patchGroupRegisteredTwice]"
    )


def warnings(stack: cdk.Stack) -> list[str]:
    return [str(each.entry.data) for each in Annotations.from_stack(stack).find_warning("*", Match.any_value())]


def pair(app: cdk.App, first: cdk.Environment | None, second: cdk.Environment | None) -> tuple[cdk.Stack, cdk.Stack]:
    return cdk.Stack(app, "First", env=first), cdk.Stack(app, "Second", env=second)


def test_a_second_baseline_of_a_group_in_a_known_environment_names_both_paths() -> None:
    one, other = pair(cdk.App(), GERMANY, GERMANY)
    patch_baseline(one, patch_groups=["db", "web"])
    message = refused(lambda: patch_baseline(other, "Another", patch_groups=[PatchGroup("web")]))
    assert message == registered_twice("First/Baseline", "Second/Another")
    assert other.node.children == []


@pytest.mark.parametrize(
    ("first", "second"),
    [(None, None), (IRELAND, IRELAND), (None, GERMANY), (GERMANY, None)],
    ids=["agnostic", "account unknown", "first agnostic", "second agnostic"],
)
def test_warning_of_a_second_baseline_of_a_group_if_the_environments_can_be_the_same(
    first: cdk.Environment | None, second: cdk.Environment | None
) -> None:
    one, other = pair(cdk.App(), first, second)
    patch_baseline(one, patch_groups=["db", "web"])
    patch_baseline(other, "Another", patch_groups=[PatchGroup("web")])
    assert warnings(one) == []
    assert warnings(other) == [possibly_registered_twice("First/Baseline")]


def test_the_warning_of_a_second_baseline_can_be_acknowledged() -> None:
    dev, prod = (cdk.Stack(app, name) for app in [cdk.App()] for name in ("Dev", "Prod"))
    patch_baseline(dev, patch_groups=["web"])
    baseline = patch_baseline(prod, patch_groups=["web"])
    cdk.Annotations.of(baseline).acknowledge_warning("patching-constructs:patchGroupRegisteredTwice", "two accounts")
    assert warnings(prod) == []


def test_one_warning_per_baseline_and_group() -> None:
    app = cdk.App()
    stacks = [cdk.Stack(app, name) for name in ("Dev", "Stage", "Prod")]
    for stack in stacks:
        patch_baseline(stack, patch_groups=["web"])
    assert [warnings(stack) for stack in stacks] == [
        [],
        [possibly_registered_twice("Dev/Baseline")],
        [possibly_registered_twice("Dev/Baseline")],
    ]


def test_the_groups_of_a_removed_baseline_can_be_registered_again(stack: cdk.Stack) -> None:
    patch_baseline(stack, patch_groups=["web"], default_baseline=True)
    assert stack.node.try_remove_child("Baseline")
    patch_baseline(stack, patch_groups=["web"], default_baseline=True)
    assert warnings(stack) == []
    assert refused(lambda: patch_baseline(stack, "Two", patch_groups=["web"])) == registered_twice(
        "Stack/Baseline", "Stack/Two"
    )


def test_groups_removed_from_a_baseline_can_be_registered_again(stack: cdk.Stack) -> None:
    one = patch_baseline(stack, patch_groups=["web", "db"])
    one.baseline.patch_groups = ["db"]
    patch_baseline(stack, "Two", patch_groups=["web"])
    assert warnings(stack) == []
    assert refused(lambda: patch_baseline(stack, "Three", patch_groups=["db"])) == registered_twice(
        "Stack/Baseline", "Stack/Three"
    ).replace("'web'", "'db'")


def test_warning_of_a_second_baseline_if_the_first_one_has_a_condition(stack: cdk.Stack) -> None:
    one = patch_baseline(stack, patch_groups=["web"])
    one.baseline.cfn_options.condition = cdk.CfnCondition(stack, "InProduction")
    patch_baseline(stack, "Two", patch_groups=["web"])
    assert warnings(stack) == [
        "patch group 'web' is already registered with the AMAZON_LINUX_2023 baseline Stack/Baseline; if the conditions "
        "of the template create both baselines, the deployment fails [ack: "
        "patching-constructs:patchGroupRegisteredTwice]"
    ]


def test_the_groups_of_a_baseline_with_a_removed_parent_can_be_registered_again(stack: cdk.Stack) -> None:
    inner = Construct(stack, "Inner")
    PatchBaseline(inner, "Baseline", operating_system=AL2023, approved_patches=["a"], patch_groups=["web"])
    assert stack.node.try_remove_child("Inner")
    patch_baseline(stack, patch_groups=["web"])


def test_a_second_baseline_of_a_group_in_the_same_stack(stack: cdk.Stack) -> None:
    patch_baseline(stack, patch_groups=["web"])
    assert refused(lambda: patch_baseline(stack, "Two", patch_groups=["web"])) == registered_twice(
        "Stack/Baseline", "Stack/Two"
    )
    assert len(stack.node.children) == 1


def test_a_second_baseline_of_a_group_in_a_construct_of_the_stack(stack: cdk.Stack) -> None:
    patch_baseline(stack, patch_groups=["web"])
    inner = Construct(stack, "Inner")
    message = refused(lambda: PatchBaseline(inner, "Two", operating_system=AL2023, patch_groups=["web"]))
    assert message == registered_twice("Stack/Baseline", "Stack/Inner/Two")


def test_a_group_added_later_is_registered_too(stack: cdk.Stack) -> None:
    patch_baseline(stack, patch_groups=["web"])
    other = patch_baseline(stack, "Other")
    assert refused(lambda: other.add_patch_group("web")) == registered_twice("Stack/Baseline", "Stack/Other")
    assert other.patch_groups == ()
    other.add_patch_group("db")
    third = patch_baseline(stack, "Third")
    assert "'db'" in refused(lambda: third.add_patch_group("db"))


@pytest.mark.parametrize("environment", [None, GERMANY], ids=["agnostic", "known"])
def test_warning_of_a_second_default(environment: cdk.Environment | None) -> None:
    one, other = pair(cdk.App(), environment, environment)
    patch_baseline(one, default_baseline=True)
    patch_baseline(one, "Windows", operating_system=WINDOWS, rules=[], approved_patches=["KB1"], default_baseline=True)
    assert warnings(one) == []
    patch_baseline(other, default_baseline=True)
    assert warnings(other) == [
        "First/Baseline is already a default baseline of AMAZON_LINUX_2023; AWS does not document which one applies if "
        "both are in the same account and Region [ack: patching-constructs:defaultBaselineRegisteredTwice]"
    ]


def test_stages_with_the_same_known_environment_are_compared() -> None:
    app = cdk.App()
    dev, prod = (cdk.Stage(app, name, env=GERMANY) for name in ("Dev", "Prod"))
    patch_baseline(cdk.Stack(dev, "Stack"), patch_groups=["web"])
    message = refused(lambda: patch_baseline(cdk.Stack(prod, "Stack"), patch_groups=["web"]))
    assert message == registered_twice("Dev/Stack/Baseline", "Prod/Stack/Baseline")


def test_nested_stacks_have_the_same_environment(stack: cdk.Stack) -> None:
    patch_baseline(stack, patch_groups=["web"])
    nested = cdk.NestedStack(stack, "Nested")
    message = refused(lambda: PatchBaseline(nested, "Baseline", operating_system=AL2023, patch_groups=["web"]))
    assert message == registered_twice("Stack/Baseline", "Stack/Nested/Baseline")


def other_system(app: cdk.App) -> tuple[cdk.Stack, dict[str, Any]]:
    return cdk.Stack(app, "Second"), {"operating_system": UBUNTU, "rules": [DEBIAN_RULE]}


def other_group(app: cdk.App) -> tuple[cdk.Stack, dict[str, Any]]:
    return cdk.Stack(app, "Second"), {"patch_groups": ["Web"]}


def other_environment(app: cdk.App) -> tuple[cdk.Stack, dict[str, Any]]:
    return cdk.Stack(app, "Second", env=GERMANY), {}


def other_stage(app: cdk.App) -> tuple[cdk.Stack, dict[str, Any]]:
    return cdk.Stack(cdk.Stage(app, "Prod"), "Second"), {}


def other_app(_: cdk.App) -> tuple[cdk.Stack, dict[str, Any]]:
    return cdk.Stack(cdk.App(), "First"), {}


@pytest.mark.parametrize("other", [other_system, other_group, other_environment, other_stage, other_app])
def test_different_construct_paths_do_not_collide(other: Callable[[cdk.App], tuple[cdk.Stack, dict[str, Any]]]) -> None:
    app = cdk.App()
    patch_baseline(cdk.Stack(app, "First"), patch_groups=["web"])
    stack, properties = other(app)
    patch_baseline(stack, "Second", **{"patch_groups": ["web"]} | properties)
    app.synth()


def test_regions_of_one_account_do_not_collide() -> None:
    regions = ("eu-central-1", "eu-west-1")
    one, other = pair(cdk.App(), *(cdk.Environment(account="111111111111", region=region) for region in regions))
    for stack in (one, other):
        patch_baseline(stack, patch_groups=["web"], default_baseline=True)


def test_names_that_are_tokens_cannot_be_compared(stack: cdk.Stack) -> None:
    name = cdk.CfnParameter(stack, "Group").value_as_string
    patch_baseline(stack, "One", patch_groups=[name])
    patch_baseline(stack, "Two", patch_groups=[PatchGroup(name)])
    Template.from_stack(stack).resource_count_is(BASELINE, 2)


def test_an_app_without_references_is_still_the_same_app() -> None:
    def stacks() -> tuple[cdk.Stack, cdk.Stack]:
        return pair(cdk.App(), GERMANY, GERMANY)

    one, other = stacks()
    gc.collect()
    patch_baseline(one, patch_groups=["web"])
    del one
    gc.collect()
    message = refused(lambda: patch_baseline(other, patch_groups=["web"]))
    assert message == registered_twice("First/Baseline", "Second/Baseline")


# --- Warnings -----------------------------------------------------------------------------------------

WARNINGS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown product": (
        {"rules": [PatchRule.approve_after(WEEK, PatchFilter.product("AmazonLinux2023", "Amazon Linux", "AL"))]},
        "unknown product on AMAZON_LINUX_2023: 'Amazon Linux', 'AL'; it may match no node; to list products, "
        "run `aws ssm describe-patch-properties` [ack: patching-constructs:unknownProduct]",
    ),
    "an unknown product of a source": (
        {"sources": [PatchSource(name="internal", products=("AL",), configuration="[main]")]},
        "unknown product on AMAZON_LINUX_2023: 'AL'; it may match no node; to list products, "
        "run `aws ssm describe-patch-properties` [ack: patching-constructs:unknownProduct]",
    ),
    "an unknown value": (
        {
            "operating_system": MACOS,
            "rules": [PatchRule.security_patches(MACOS)],
            "global_filters": [PatchFilter.classification("Recommended")],
        },
        "unknown filter value on MACOS: CLASSIFICATION 'Recommended'; it may match no patch; to list values, "
        "run `aws ssm describe-patch-properties` [ack: patching-constructs:unknownFilterValue]",
    ),
    "a value in another case, and a typing error": (
        {"global_filters": [PatchFilter.severity("critical", "None", "Importent")]},
        "unknown filter value on AMAZON_LINUX_2023: SEVERITY 'critical' (did you mean 'Critical'?), SEVERITY "
        "'Importent' "
        "(did you mean 'Important'?); it may match no patch; to list values, "
        "run `aws ssm describe-patch-properties` [ack: patching-constructs:unknownFilterValue]",
    ),
    "a value of Linux on Windows": (
        {"operating_system": WINDOWS},
        "unknown filter value on WINDOWS: CLASSIFICATION 'Security' (did you mean 'SecurityUpdates'?); it may match no "
        "patch; to list values, run `aws ssm describe-patch-properties` "
        "[ack: patching-constructs:unknownFilterValue]",
    ),
    "an application in a rule on Windows": (
        {
            "operating_system": WINDOWS,
            "rules": [
                PatchRule.approve_after(WEEK, PatchFilter.product("WindowsServer2022", "Office 2016", "*")),
                PatchRule.approve_after(WEEK, PatchFilter.product("Office 2019"), PatchFilter.patch_set("APPLICATION")),
                PatchRule.approve_after(WEEK, PatchFilter.product("Office 2016", TEXT), PatchFilter.patch_set("OS")),
                PatchRule.approve_after(WEEK, PatchFilter.product("Office 2007"), PatchFilter.patch_set(TEXT)),
            ],
        },
        "not a Windows release: 'Office 2016'; products of Microsoft applications require "
        "a rule with PATCH_SET APPLICATION; add PatchFilter.patch_set('APPLICATION') to the rule "
        "[ack: patching-constructs:applicationProduct]",
    ),
    "a delay on Ubuntu": (
        {"operating_system": UBUNTU, "rules": [PatchRule.security_patches(UBUNTU, after=WEEK)]},
        "approval delays and dates are not supported on UBUNTU, whose repositories have no reliable release "
        "dates; use PatchRule.approve_after(timedelta(0), ...) [ack: patching-constructs:noReleaseDates]",
    ),
    "a last date on Debian": (
        {
            "operating_system": OperatingSystem.DEBIAN,
            "rules": [PatchRule.approve_until(date(2027, 1, 31), PatchFilter.priority("Required"))],
        },
        "approval delays and dates are not supported on DEBIAN, whose repositories have no reliable release "
        "dates; use PatchRule.approve_after(timedelta(0), ...) [ack: patching-constructs:noReleaseDates]",
    ),
    "nothing approved": (
        {"rules": []},
        "the baseline approves no patches: it has neither rules nor approved_patches [ack: "
        "patching-constructs:nothingApproved]",
    ),
}


@pytest.mark.parametrize(("properties", "warning"), WARNINGS.values(), ids=WARNINGS.keys())
def test_warning(stack: cdk.Stack, properties: dict[str, Any], warning: str) -> None:
    patch_baseline(stack, **properties)
    (entry,) = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    assert entry.entry.data == warning


@pytest.mark.parametrize("system", OperatingSystem)
def test_no_warning_of_presets_on_any_system(stack: cdk.Stack, system: OperatingSystem) -> None:
    for place, preset in enumerate((PatchRule.security_patches, PatchRule.all_patches)):
        patch_baseline(stack, f"Baseline{place}", operating_system=system, rules=[preset(system)])
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_no_warning_of_a_delay_that_is_unknown_until_deployment(stack: cdk.Stack) -> None:
    days = cdk.Duration.days(cdk.CfnParameter(stack, "Days", type="Number").value_as_number)
    patch_baseline(stack, operating_system=UBUNTU, rules=[PatchRule.security_patches(UBUNTU, after=days)])
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


# --- Tokens -------------------------------------------------------------------------------------------


def test_every_property_accepts_tokens(stack: cdk.Stack) -> None:
    text = cdk.CfnParameter(stack, "Text").value_as_string
    days = cdk.CfnParameter(stack, "Days", type="Number").value_as_number
    listed = cdk.CfnParameter(stack, "Listed", type="CommaDelimitedList").value_as_list
    filters = [PatchFilter.classification(*listed), PatchFilter.product(text)]
    patch_baseline(
        stack,
        rules=[PatchRule.approve_after(cdk.Duration.days(days), *filters), PatchRule.approve_until(text, *filters)],
        approved_patches=listed,
        approved_patches_compliance_level=text,
        rejected_patches=[text],
        rejected_patches_action=text,
        sources=[PatchSource(name=text, products=(text,), configuration=text)],
        patch_groups=listed,
        description=text,
        baseline_name=text,
    )
    ref, refs = {"Ref": "Text"}, {"Ref": "Listed"}
    group = {"PatchFilters": [{"Key": "CLASSIFICATION", "Values": refs}, {"Key": "PRODUCT", "Values": [ref]}]}
    assert properties_of(stack) == {
        "ApprovalRules": {
            "PatchRules": [
                {"ApproveAfterDays": {"Ref": "Days"}, "PatchFilterGroup": group},
                {"ApproveUntilDate": ref, "PatchFilterGroup": group},
            ]
        },
        "ApprovedPatches": refs,
        "ApprovedPatchesComplianceLevel": ref,
        "Description": ref,
        "Name": ref,
        "OperatingSystem": "AMAZON_LINUX_2023",
        "PatchGroups": refs,
        "RejectedPatches": [ref],
        "RejectedPatchesAction": ref,
        "Sources": [{"Configuration": ref, "Name": ref, "Products": [ref]}],
    }


def test_a_compliance_status_can_be_a_token(stack: cdk.Stack) -> None:
    status = cdk.CfnParameter(stack, "Status").value_as_string
    rules = [PatchRule.security_patches(WINDOWS)]
    patch_baseline(stack, operating_system=WINDOWS, rules=rules, available_security_updates_compliance_status=status)
    assert properties_of(stack)["AvailableSecurityUpdatesComplianceStatus"] == {"Ref": "Status"}


# --- Imported -----------------------------------------------------------------------------------------

PREDEFINED = "arn:aws:ssm:us-east-2:733109147000:patchbaseline/pb-0574b43a65ea646ed"


@pytest.mark.parametrize("baseline_id", ["pb-0123456789abcdef0", PREDEFINED])
def test_an_imported_baseline_creates_no_resource(stack: cdk.Stack, baseline_id: str) -> None:
    imported = PatchBaseline.from_patch_baseline_id(stack, "Imported", baseline_id)
    assert imported.patch_baseline_id == baseline_id
    assert imported.patch_baseline_ref.patch_baseline_id == baseline_id
    assert imported.env.account == stack.account
    assert Template.from_stack(stack).to_json().get("Resources", {}) == {}


def test_the_id_of_an_imported_baseline_can_be_a_token(stack: cdk.Stack) -> None:
    imported = PatchBaseline.from_patch_baseline_id(stack, "Imported", cdk.Fn.import_value("Baseline"))
    assert stack.resolve(imported.patch_baseline_id) == {"Fn::ImportValue": "Baseline"}


@pytest.mark.parametrize("baseline_id", ["", "pb-123", "pb 0123456789abcdef0"])
def test_refusal_of_an_invalid_baseline_id(stack: cdk.Stack, baseline_id: str) -> None:
    message = refused(lambda: PatchBaseline.from_patch_baseline_id(stack, "Imported", baseline_id))
    assert message == f"patch_baseline_id must be like pb-0123456789abcdef0, got {baseline_id!r} [Stack/Imported]"


# --- Refusals -----------------------------------------------------------------------------------------

SYSTEMS = ", ".join(f"OperatingSystem.{each.name}" for each in OperatingSystem)
LEVELS = ", ".join(f"ComplianceLevel.{each.name}" for each in ComplianceLevel)
SOURCE = PatchSource(name="internal", products=("*",), configuration="deb https://a b\ndeb https://c d")
WINDOWS_RULE = PatchRule.security_patches(WINDOWS)
STATUS = "available_security_updates_compliance_status"
NON_SECURITY = PatchRule.approve_after(WEEK, PatchFilter.product("*"), enable_non_security=True)

REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "a system that does not exist": (
        {"operating_system": "AMAZON_LINUX_3"},
        f"operating_system must be one of {SYSTEMS}, got 'AMAZON_LINUX_3'; "
        "did you mean OperatingSystem.AMAZON_LINUX_2?",
    ),
    "a system that is a token": (
        {"operating_system": cdk.Token.as_string({"Ref": "System"})},
        "operating_system must be known at synthesis, because it determines what a baseline can contain, got a token",
    ),
    "a name with a space": (
        {"baseline_name": "my baseline"},
        "baseline_name must be 3-128 letters, digits, _, - and ., got 'my baseline'; for example 'my-baseline'",
    ),
    "an empty name": ({"baseline_name": ""}, "baseline_name must be 3-128 letters, digits, _, - and ., got ''"),
    "an empty description": (
        {"description": ""},
        "description must have 1-1024 characters, got 0; for no description, leave it out",
    ),
    "a long description": ({"description": "x" * 1025}, "description must have 1-1024 characters, got 1025"),
    "a rule that is not in a list": (
        {"rules": PatchRule.all_patches(WINDOWS)},
        "rules must be a list of PatchRule, got an object of type PatchRule; wrap it in [...]",
    ),
    "a dict for a rule": (
        {"rules": [{"ApproveAfterDays": 7}]},
        "rules must be a list of PatchRule, got {'ApproveAfterDays': 7}; write PatchRule.approve_after(...)",
    ),
    "eleven rules": (
        {"rules": [RULE] * 11},
        "rules must have at most 10 items, got 11; specify several values in one filter",
    ),
    "a key of Windows on Ubuntu": (
        {"operating_system": UBUNTU, "rules": [PatchRule.approve_after(WEEK, PatchFilter.msrc_severity("Critical"))]},
        "rules must filter by PRODUCT, PRIORITY, SECTION on UBUNTU, got MSRC_SEVERITY; use PatchFilter.priority(...)",
    ),
    "a value that is invalid": (
        {"operating_system": WINDOWS, "rules": [PatchRule.approve_after(WEEK, PatchFilter.msrc_severity("High"))]},
        "rules MSRC_SEVERITY must be one of Critical, Important, Moderate, Low, Unspecified on WINDOWS, got 'High'",
    ),
    "more than security on Windows": (
        {"operating_system": WINDOWS, "rules": [NON_SECURITY]},
        "enable_non_security is supported only on Linux, got operating_system=WINDOWS; leave it out",
    ),
    "more than security on macOS": (
        {"operating_system": MACOS, "rules": [NON_SECURITY]},
        "enable_non_security is supported only on Linux, got operating_system=MACOS; leave it out",
    ),
    "a global filter that is not in a list": (
        {"global_filters": PatchFilter.product("*")},
        "global_filters must be a list of PatchFilter, got PatchFilter(key=<FilterKey.PRODUCT: 'PRODUCT'>, "
        "values=('*',)); wrap it in [...]",
    ),
    "five global filters": (
        {"global_filters": [PatchFilter.product("*")] * 5},
        "global_filters must have at most 4 items, got 5",
    ),
    "a global filter of another system": (
        {"global_filters": [PatchFilter.section("net")]},
        "global_filters must filter by PRODUCT, CLASSIFICATION, SEVERITY on AMAZON_LINUX_2023, got SECTION",
    ),
    "the console's word in a global filter": (
        {"global_filters": [PatchFilter.product("All")]},
        "global_filters PRODUCT must be '*' to match every value, got 'All'",
    ),
    "51 approved patches": ({"approved_patches": ["a"] * 51}, "approved_patches must have at most 50 items, got 51"),
    "51 rejected patches": ({"rejected_patches": ["a"] * 51}, "rejected_patches must have at most 50 items, got 51"),
    "a string for patches": (
        {"approved_patches": "KB1"},
        "approved_patches must be a list of strings, got 'KB1'; wrap it in [...]",
    ),
    "an empty patch": ({"approved_patches": [""]}, "approved_patches must have 1-100 characters, got 0"),
    "a long patch": ({"rejected_patches": ["x" * 101]}, "rejected_patches must have 1-100 characters, got 101"),
    "a patch approved and rejected": (
        {"approved_patches": ["bash", "openssl"], "rejected_patches": ["openssl"]},
        "approved_patches must not have items in common with rejected_patches, got 'openssl'; "
        "keep it in only one of them",
    ),
    "a level that does not exist": (
        {"approved_patches": ["bash"], "approved_patches_compliance_level": "SEVERE"},
        f"approved_patches_compliance_level must be one of {LEVELS}, got 'SEVERE'",
    ),
    "a level without patches": (
        {"approved_patches_compliance_level": ComplianceLevel.HIGH},
        "approved_patches_compliance_level requires approved_patches, got HIGH without approved_patches; leave it out",
    ),
    "more than security without patches": (
        {"approved_patches_enable_non_security": True},
        "approved_patches_enable_non_security requires approved_patches, got True without approved_patches; "
        "leave it out",
    ),
    "approved patches beyond security on Windows": (
        {
            "operating_system": WINDOWS,
            "rules": [],
            "approved_patches": ["KB1"],
            "approved_patches_enable_non_security": True,
        },
        "approved_patches_enable_non_security is supported only on Linux, got operating_system=WINDOWS; leave it out",
    ),
    "an action that does not exist": (
        {"rejected_patches": ["bash"], "rejected_patches_action": "DENY"},
        "rejected_patches_action must be one of RejectedPatchesAction.ALLOW_AS_DEPENDENCY, "
        "RejectedPatchesAction.BLOCK, got 'DENY'",
    ),
    "an action on nothing": (
        {"rejected_patches_action": RejectedPatchesAction.BLOCK},
        "rejected_patches_action requires rejected_patches, got BLOCK without rejected_patches; leave it out",
    ),
    "a source that is not in a list": (
        {"sources": SOURCE},
        "sources must be a list of PatchSource, got PatchSource(name='internal', products=('*',)); wrap it in [...]",
    ),
    "no source": (
        {"sources": ["deb https://a b"]},
        "sources must be a list of PatchSource, got 'deb https://a b'; write PatchSource(...)",
    ),
    "21 sources": ({"sources": [SOURCE] * 21}, "sources must have at most 20 items, got 21"),
    "sources on Windows": (
        {"operating_system": WINDOWS, "rules": [WINDOWS_RULE], "sources": [SOURCE]},
        "sources is supported only on Linux, got operating_system=WINDOWS; leave it out",
    ),
    "sources on macOS": (
        {"operating_system": MACOS, "sources": [SOURCE]},
        "sources is supported only on Linux, got operating_system=MACOS; leave it out",
    ),
    "a source of several lines on Ubuntu": (
        {"operating_system": UBUNTU, "rules": [DEBIAN_RULE], "sources": [SOURCE]},
        "sources 'internal' must have a configuration of one line on UBUNTU, got several lines; create one "
        "source per line",
    ),
    "a compliance status on Linux": (
        {STATUS: PatchComplianceStatus.NON_COMPLIANT},
        f"{STATUS} is supported only on Windows, got operating_system=AMAZON_LINUX_2023; leave it out",
    ),
    "a compliance status that does not exist": (
        {"operating_system": WINDOWS, "rules": [WINDOWS_RULE], STATUS: "FINE"},
        f"{STATUS} must be one of PatchComplianceStatus.COMPLIANT, PatchComplianceStatus.NON_COMPLIANT, got 'FINE'",
    ),
    "26 groups": (
        {"patch_groups": [f"group-{place}" for place in range(26)]},
        "patch_groups must have at most 25 items, got 26; create a second baseline",
    ),
    "a group that is not in a list": (
        {"patch_groups": PatchGroup("web")},
        "patch_groups must be a list of PatchGroup or strings, "
        "got PatchGroup(name='web', instance_metadata_tags=False); wrap it in [...]",
    ),
    "a string for groups": (
        {"patch_groups": "web"},
        "patch_groups must be a list of PatchGroup or strings, got 'web'; wrap it in [...]",
    ),
    "a group twice": (
        {"patch_groups": ["web", PatchGroup("web", instance_metadata_tags=True)]},
        "patch_groups must not repeat a group, got 'web' twice; remove one of them",
    ),
}


@pytest.mark.parametrize(("properties", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(stack: cdk.Stack, properties: dict[str, Any], message: str) -> None:
    assert refused(lambda: patch_baseline(stack, **properties)) == f"{message} [Stack/Baseline]"
    assert stack.node.children == [], "a refusal leaves nothing behind"


def test_refusal_of_a_group_that_a_baseline_has_already(stack: cdk.Stack) -> None:
    baseline = patch_baseline(stack, patch_groups=["web"])
    message = refused(lambda: baseline.add_patch_group("web"))
    assert message == "patch_groups must not repeat a group, got 'web' twice; remove one of them [Stack/Baseline]"
