"""The list of rules: ids and severities that people have written down, and what every rule reports."""

import re

import pytest

from patching_constructs.checks.rule import Rule
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.severity import Severity

# An id is a public contract: it stands in acknowledgments, in pipelines and in code scanning. None may change or go.
FROZEN = {
    "Patching-ApplicationProduct": "warning",
    "Patching-ApplicationFilters": "error",
    "Patching-ApprovalDelay": "error",
    "Patching-ApprovedAndRejected": "warning",
    "Patching-AssociationRunsOnDeployment": "warning",
    "Patching-BaselineQuota": "warning",
    "Patching-BaselineListLimits": "error",
    "Patching-BaselineEnumValues": "error",
    "Patching-DuplicateBaseline": "error",
    "Patching-CommandTextLength": "error",
    "Patching-CutoffBehavior": "error",
    "Patching-CutoffBelowDuration": "error",
    "Patching-DescriptionLength": "error",
    "Patching-DocumentName": "error",
    "Patching-DocumentVersion": "error",
    "Patching-EmptyApprovalRules": "error",
    "Patching-EventPattern": "warning",
    "Patching-FilterKey": "error",
    "Patching-DuplicateFilterKey": "warning",
    "Patching-FilterValue": "error",
    "Patching-UnlistedFilterValue": "warning",
    "Patching-HookDocument": "error",
    "Patching-HooksOnMacos": "warning",
    "Patching-InstallWithoutScan": "note",
    "Patching-UnresolvedToken": "error",
    "Patching-LegacyLoggingInfo": "warning",
    "Patching-LegacyTaskParameters": "error",
    "Patching-LinuxOnlyProperty": "error",
    "Patching-InstanceMetadataTags": "error",
    "Patching-InstallWithoutReboot": "warning",
    "Patching-UnsupportedApprovalDelay": "warning",
    "Patching-NodeRole": "note",
    "Patching-MultiplePatchGroupTags": "warning",
    "Patching-NothingApproved": "warning",
    "Patching-PublishPermission": "warning",
    "Patching-NotificationRoles": "error",
    "Patching-NotificationValues": "error",
    "Patching-OperatingSystem": "error",
    "Patching-Operation": "error",
    "Patching-OverrideBucketUrl": "warning",
    "Patching-OverrideUrl": "error",
    "Patching-ConflictingOverrides": "error",
    "Patching-ParameterList": "error",
    "Patching-ParameterName": "error",
    "Patching-ParameterValue": "error",
    "Patching-PatchGroupName": "error",
    "Patching-PatchGroupTagKey": "warning",
    "Patching-PatchSource": "error",
    "Patching-PatchTuesday": "note",
    "Patching-ProductionConcurrency": "warning",
    "Patching-ProductionErrorLimit": "warning",
    "Patching-RateControl": "error",
    "Patching-RebootOption": "error",
    "Patching-RequiredProperty": "error",
    "Patching-ResourceName": "error",
    "Patching-RoleArn": "error",
    "Patching-RoleTrust": "error",
    "Patching-IgnoredByScan": "warning",
    "Patching-UnrecordedScan": "warning",
    "Patching-ScheduleExpression": "error",
    "Patching-ScheduleNeverRuns": "error",
    "Patching-ScheduleFrequency": "warning",
    "Patching-ScheduleOffset": "error",
    "Patching-NoUpcomingExecution": "warning",
    "Patching-ScheduleTimezone": "error",
    "Patching-SnapshotId": "error",
    "Patching-StartTimeout": "error",
    "Patching-TargetComma": "error",
    "Patching-TargetFilterCount": "error",
    "Patching-TargetKey": "error",
    "Patching-DuplicateTargetKey": "warning",
    "Patching-TargetNodeId": "error",
    "Patching-TargetNodeType": "warning",
    "Patching-TargetResourceGroup": "error",
    "Patching-TargetResourceType": "error",
    "Patching-UnusedTarget": "warning",
    "Patching-TargetValueCount": "error",
    "Patching-TargetWildcard": "error",
    "Patching-WindowId": "error",
    "Patching-TargetQuota": "error",
    "Patching-TaskRole": "note",
    "Patching-PassRolePermission": "warning",
    "Patching-SendCommandPermission": "warning",
    "Patching-TaskTargetCount": "error",
    "Patching-TaskTargetKey": "error",
    "Patching-TaskTargetId": "error",
    "Patching-TaskTargetWindow": "error",
    "Patching-TaskTargets": "error",
    "Patching-TaskType": "error",
    "Patching-TaskQuota": "error",
    "Patching-TimezoneWithAt": "warning",
    "Patching-TimezoneName": "warning",
    "Patching-UnassociatedTargets": "warning",
    "Patching-GeneratedResources": "warning",
    "Patching-UnsupportedProperty": "error",
    "Patching-WindowQuota": "warning",
    "Patching-WindowCutoff": "error",
    "Patching-WindowDates": "error",
    "Patching-WindowDuration": "error",
    "Patching-WindowWithoutTask": "warning",
    "Patching-ConcurrentWindows": "warning",
    "Patching-WindowsOnlyProperty": "error",
    "Patching-OverlappingWindows": "warning",
}


def test_the_ids_and_severities_are_frozen() -> None:
    assert {rule.id: rule.severity.value for rule in RULES} == FROZEN


def test_the_rules_are_in_the_order_of_their_ids() -> None:
    assert [rule.id for rule in RULES] == sorted(FROZEN)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_holds_how_to_mend_it_and_what_it_rests_on(rule: Rule) -> None:
    assert re.fullmatch(r"Patching-[A-Z][A-Za-z]+", rule.id)
    for words in (rule.title, rule.fix):
        assert re.fullmatch(r"[A-Z][^\n]{10,}\.", words), words
    assert re.fullmatch(r"https://docs\.aws\.amazon\.com/[\w/.#-]+", rule.page)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_called_as_its_function(rule: Rule) -> None:
    words = re.findall(r"[A-Z][a-z]*", rule.id.removeprefix("Patching-"))
    assert rule.check.__name__ == "_".join(words).lower()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_an_error_is_about_what_must_be_and_the_rest_about_what_should_be(rule: Rule) -> None:
    verbs = re.findall(r"\b(must|should)\b", rule.title)
    assert set(verbs) == {"must" if rule.severity is Severity.ERROR else "should"}


def test_no_two_rules_say_the_same() -> None:
    assert len({rule.title for rule in RULES}) == len(RULES)
