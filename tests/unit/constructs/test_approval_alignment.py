"""ApprovalAlignment: the baselines of the rings of a rollout, and their delays."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Annotations, Match, Template

from patching_constructs import (
    ApprovalAlignment,
    OperatingSystem,
    PatchBaseline,
    PatchFilter,
    PatchGroup,
    PatchOperation,
    PatchRing,
    PatchRollout,
    PatchRule,
    PatchTarget,
    ScheduleExpression,
)
from tests.refusals import refused, untyped

pytestmark = pytest.mark.proves("ApprovalAlignment", "unit")

AL2023, WINDOWS, UBUNTU = OperatingSystem.AMAZON_LINUX_2023, OperatingSystem.WINDOWS, OperatingSystem.UBUNTU
TUESDAY = ScheduleExpression.patch_tuesday(hour=2)
AT_ONCE = PatchRule.security_patches(AL2023, after=timedelta(0))
BASELINE = "AWS::SSM::PatchBaseline"
DAYS = cdk.Token.as_number({"Ref": "Days"})


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def ring(name: str, days_after: int, **properties: Any) -> PatchRing:
    targets: dict[str, Any] = {"targets": [PatchTarget.patch_group(name)]}
    return PatchRing(name, days_after=days_after, **targets | properties)


def rollout(scope: cdk.Stack, approval: ApprovalAlignment, *rings: PatchRing) -> PatchRollout:
    return PatchRollout(
        scope, "Rollout", schedule=TUESDAY, operation=PatchOperation.INSTALL, rings=rings, approval=approval
    )


THREE = (ring("dev", 1), ring("staging", 4), ring("prod", 11))


def baselines(stack: cdk.Stack) -> dict[str, dict[str, Any]]:
    found = Template.from_stack(stack).find_resources(BASELINE)
    return {name[:-8]: resource["Properties"] for name, resource in found.items()}


def delays(baseline: dict[str, Any]) -> list[object]:
    rules = baseline["ApprovalRules"]["PatchRules"]
    return [each.get("ApproveAfterDays", each.get("ApproveUntilDate")) for each in rules]


def warnings(stack: cdk.Stack) -> list[str]:
    return [str(each.entry.data) for each in Annotations.from_stack(stack).find_warning("*", Match.any_value())]


# --- One baseline per ring ----------------------------------------------------------------------------


def test_delays_grow_with_the_days_after_the_first_ring(stack: cdk.Stack) -> None:
    rules = {AL2023: [AT_ONCE], WINDOWS: [PatchRule.security_patches(WINDOWS, after=timedelta(days=2))]}
    made = rollout(stack, ApprovalAlignment.per_ring(rules, rejected_patches=["kernel-*"]), *THREE)
    found = baselines(stack)
    assert {name: (each["PatchGroups"], delays(each)) for name, each in found.items()} == {
        "RolloutdevAmazonLinux2023Baseline": (["dev"], [0]),
        "RolloutdevWindowsBaseline": (["dev"], [2]),
        "RolloutstagingAmazonLinux2023Baseline": (["staging"], [3]),
        "RolloutstagingWindowsBaseline": (["staging"], [5]),
        "RolloutprodAmazonLinux2023Baseline": (["prod"], [10]),
        "RolloutprodWindowsBaseline": (["prod"], [12]),
    }
    assert {tuple(each["RejectedPatches"]) for each in found.values()} == {("kernel-*",)}
    assert list(made.baselines) == ["dev", "staging", "prod"]
    assert isinstance(made.baselines["prod"][WINDOWS], PatchBaseline)
    assert warnings(stack) == []


def test_all_rings_approve_what_had_been_released_at_one_instant(stack: cdk.Stack) -> None:
    """AWS counts a delay from the instant of the release, so that a release date is compared with start - delay."""
    made = rollout(stack, ApprovalAlignment.per_ring({AL2023: [AT_ONCE]}), *THREE)
    found = baselines(stack)
    after = datetime(2027, 1, 1, tzinfo=UTC)
    released = [
        [
            each.start - timedelta(days=delays(found[f"Rollout{name}AmazonLinux2023Baseline"])[0])  # type: ignore[arg-type]
            for each in islice(schedule.next_executions(after=after, count=24), 24)
        ]
        for name, schedule in made.rings.items()
    ]
    assert released[0] == released[1] == released[2]


def test_a_date_is_the_same_in_each_ring(stack: cdk.Stack) -> None:
    until = PatchRule.approve_until(date(2027, 1, 12), PatchFilter.classification("Security"))
    rollout(stack, ApprovalAlignment.per_ring({AL2023: [until]}), *THREE)
    assert [delays(each) for each in baselines(stack).values()] == [["2027-01-12"]] * 3


def test_a_delay_that_is_a_token_is_valid_in_the_first_ring_only(stack: cdk.Stack) -> None:
    late = PatchRule.approve_after(cdk.Duration.days(DAYS), PatchFilter.classification("Security"))
    rollout(stack, ApprovalAlignment.per_ring({AL2023: [late]}), ring("dev", 1))
    (found,) = baselines(stack).values()
    assert delays(found) == [{"Ref": "Days"}]


def test_systems_without_release_dates_are_not_aligned(stack: cdk.Stack) -> None:
    rule = PatchRule.security_patches(UBUNTU)
    rollout(stack, ApprovalAlignment.per_ring({UBUNTU: [rule]}), *THREE)
    assert [delays(each) for each in baselines(stack).values()] == [[0]] * 3
    assert warnings(stack) == [
        "approval does not follow the rings on UBUNTU, for which AWS supports no approval delays: a later ring also "
        "installs patches that were released after an earlier ring was patched [ack: "
        "patching-constructs:approvalNotAligned]"
    ]


def test_a_ring_in_an_earlier_day_of_its_zone_has_the_delay_of_the_first(stack: cdk.Stack) -> None:
    kiritimati = ring("kiritimati", 2, time_zone="Pacific/Kiritimati", hour=0)
    honolulu = ring("honolulu", 1, time_zone="Pacific/Honolulu", hour=20)
    rollout(stack, ApprovalAlignment.per_ring({AL2023: [AT_ONCE]}), kiritimati, honolulu)
    assert [delays(each) for each in baselines(stack).values()] == [[0], [0]]


def test_several_groups_and_tag_keys(stack: cdk.Stack) -> None:
    targets = [
        PatchTarget.patch_group("web", "db"),
        PatchTarget.patch_group(PatchGroup("meta", instance_metadata_tags=True)).and_tag("Stage", "dev"),
        PatchTarget.patch_group("web").and_tag("Stage", "dev"),
    ]
    rollout(stack, ApprovalAlignment.per_ring({AL2023: [AT_ONCE]}), ring("dev", 1, targets=targets))
    (found,) = baselines(stack).values()
    assert found["PatchGroups"] == ["web", "db", "meta"]


def test_an_added_ring_has_baselines_too(stack: cdk.Stack) -> None:
    made = rollout(stack, ApprovalAlignment.per_ring({AL2023: [AT_ONCE]}), THREE[0])
    made.add_ring(THREE[2])
    assert [delays(each) for each in baselines(stack).values()] == [[0], [10]]


# --- Shared baselines ---------------------------------------------------------------------------------


def test_shared_baselines_get_all_patch_groups(stack: cdk.Stack) -> None:
    systems = (AL2023, WINDOWS)
    every = [
        PatchBaseline(
            stack, system, operating_system=system, rules=[PatchRule.security_patches(system)], patch_groups=["dev"]
        )
        for system in systems
    ]
    made = rollout(stack, ApprovalAlignment.shared(*every), *THREE)
    assert [each["PatchGroups"] for each in baselines(stack).values()] == [["dev", "staging", "prod"]] * 2
    assert made.baselines["prod"] == dict(zip(systems, every, strict=True))


def test_rings_can_share_a_group_with_a_shared_baseline(stack: cdk.Stack) -> None:
    baseline = PatchBaseline(stack, "Baseline", operating_system=AL2023, rules=[AT_ONCE])
    web = [PatchTarget.patch_group("web").and_tag("Stage", stage) for stage in ("dev", "prod")]
    rings = [ring("dev", 1, targets=web[:1]), ring("prod", 4, targets=web[1:])]
    rollout(stack, ApprovalAlignment.shared(baseline), *rings)
    assert [each["PatchGroups"] for each in baselines(stack).values()] == [["web"]]


def test_without_approval_there_are_no_baselines(stack: cdk.Stack) -> None:
    made = PatchRollout(stack, "Rollout", schedule=TUESDAY, operation=PatchOperation.INSTALL, rings=THREE)
    assert dict(made.baselines) == {}
    assert baselines(stack) == {}


# --- Errors -------------------------------------------------------------------------------------------

PER_RING = ApprovalAlignment.per_ring({AL2023: [AT_ONCE]})
BY_TAG = ring("dev", 1, targets=[PatchTarget.tag("Stage", "dev").and_tag("Role", "web")])
LATE = PatchRule.approve_after(timedelta(days=355), PatchFilter.classification("Security"))
TOKEN = PatchRule.approve_after(cdk.Duration.days(DAYS), PatchFilter.classification("Security"))

REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no operating system": (
        lambda: ApprovalAlignment.per_ring({}),
        "ApprovalAlignment requires either rules or baselines, got neither; use a factory",
    ),
    "no mapping": (
        lambda: ApprovalAlignment.per_ring(untyped([AT_ONCE])),
        "ApprovalAlignment rules must be a Mapping of operating systems to lists of PatchRule, got an object of type "
        "list; use ApprovalAlignment.per_ring({OperatingSystem.WINDOWS: [PatchRule...]})",
    ),
    "no rule": (
        lambda: ApprovalAlignment.per_ring({AL2023: []}),
        "ApprovalAlignment rules must have at least one rule for each operating system, got none for AMAZON_LINUX_2023",
    ),
    "a rule of another system": (
        lambda: ApprovalAlignment.per_ring({AL2023: [PatchRule.security_patches(WINDOWS)]}),
        "rules must filter by PRODUCT, CLASSIFICATION, SEVERITY on AMAZON_LINUX_2023, got MSRC_SEVERITY; use "
        "PatchFilter.severity(...)",
    ),
    "no pairs": (
        lambda: ApprovalAlignment(untyped(((AL2023,),))),
        "ApprovalAlignment rules must be pairs of an operating system and a list of PatchRule, got "
        "(<OperatingSystem.AMAZON_LINUX_2023: 'AMAZON_LINUX_2023'>,); use "
        "ApprovalAlignment.per_ring({OperatingSystem.WINDOWS: [PatchRule...]})",
    ),
    "no baseline": (
        ApprovalAlignment.shared,
        "ApprovalAlignment requires either rules or baselines, got neither; use a factory",
    ),
    "neither": (
        ApprovalAlignment, "ApprovalAlignment requires either rules or baselines, got neither; use a factory",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_an_alignment_is_refused(call: Callable[[], object], message: str) -> None:
    assert refused(call) == message


ROLLOUTS: dict[str, tuple[ApprovalAlignment, list[PatchRing], str]] = {
    "a target that is no patch group": (
        PER_RING, [BY_TAG],
        "ring 'dev' targets must be patch groups to have an approval, because a baseline applies to a patch group, got "
        "tag:Stage and tag:Role; use PatchTarget.patch_group(...) [Stack/Rollout]",
    ),
    "two rings with one group": (
        PER_RING, [ring("dev", 1), ring("prod", 4, targets=[PatchTarget.patch_group("db", "dev")])],
        "rings must have different patch groups with ApprovalAlignment.per_ring, got 'dev' in 'dev' and 'prod'; use "
        "ApprovalAlignment.shared(...), or another group [Stack/Rollout]",
    ),
    "a delay that is too long": (
        ApprovalAlignment.per_ring({AL2023: [LATE]}), list(THREE),
        "approval of ring 'prod' must have a delay of at most 360 days, got 355 days and 10 days after ring 'dev' "
        "[Stack/Rollout]",
    ),
    "a delay that is a token": (
        ApprovalAlignment.per_ring({AL2023: [TOKEN]}), list(THREE),
        "approval of ring 'staging' must have a delay that is known at synthesis with ApprovalAlignment.per_ring, got "
        "a token [Stack/Rollout]",
    ),
    "another type": (
        untyped("per_ring"), list(THREE),
        "approval must be an ApprovalAlignment, got 'per_ring'; use a factory such as ApprovalAlignment.per_ring "
        "[Stack/Rollout]",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("approval", "rings", "message"), ROLLOUTS.values(), ids=ROLLOUTS.keys())
def test_a_rollout_is_refused(approval: ApprovalAlignment, rings: list[PatchRing], message: str) -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    assert refused(lambda: rollout(stack, approval, *rings)) == message
    assert Template.from_stack(stack).to_json().get("Resources") is None


def test_rules_and_baselines_are_refused(stack: cdk.Stack) -> None:
    baseline = PatchBaseline(stack, "Baseline", operating_system=AL2023, rules=[AT_ONCE])
    assert refused(lambda: ApprovalAlignment(PER_RING.rules, (), (baseline,))) == (
        "ApprovalAlignment requires either rules or baselines, got both; use a factory"
    )
