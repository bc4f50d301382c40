"""The list of rules: ids and severities that people have written down, and what every rule reports."""

import re

import pytest

from patching_constructs.checks.rule import Rule
from patching_constructs.checks.rules import RULES
from patching_constructs.checks.severity import Severity

# An id is a public contract: it stands in acknowledgments, in pipelines and in code scanning. None may change or go.
FROZEN = {
    "Patching-AlarmDimension": "warning",
    "Patching-AlarmMetric": "warning",
    "Patching-ApplicationFilters": "error",
    "Patching-ApplicationProduct": "warning",
    "Patching-ApprovalDelay": "error",
    "Patching-ApprovedAndRejected": "warning",
    "Patching-AssociationCronListed": "note",
    "Patching-AssociationInterval": "warning",
    "Patching-AssociationOffset": "error",
    "Patching-AssociationOffsetApplies": "warning",
    "Patching-AssociationRunsOnDeployment": "warning",
    "Patching-AssociationSchedule": "error",
    "Patching-AssociationScheduleSupported": "warning",
    "Patching-AssociationTargetKey": "warning",
    "Patching-BaselineEnumValues": "error",
    "Patching-BaselineListLimits": "error",
    "Patching-BaselineQuota": "warning",
    "Patching-CapacityExceedsWindow": "warning",
    "Patching-CommandTextLength": "error",
    "Patching-ConcurrentWindows": "warning",
    "Patching-ConflictingOverrides": "error",
    "Patching-CutoffBehavior": "error",
    "Patching-CutoffBelowDuration": "error",
    "Patching-DescriptionLength": "error",
    "Patching-DocumentContent": "warning",
    "Patching-DocumentName": "error",
    "Patching-DocumentSpelling": "warning",
    "Patching-DocumentVersion": "error",
    "Patching-DuplicateBaseline": "error",
    "Patching-DuplicateDefaultBaseline": "warning",
    "Patching-DuplicateFilterKey": "warning",
    "Patching-DuplicateTargetKey": "warning",
    "Patching-EmptyApprovalRules": "error",
    "Patching-EndpointPolicy": "warning",
    "Patching-EventPattern": "warning",
    "Patching-ExecutionTimeoutBeyondWindow": "warning",
    "Patching-FilterKey": "error",
    "Patching-FilterValue": "error",
    "Patching-FreezeDates": "warning",
    "Patching-GeneratedResources": "warning",
    "Patching-HookDocument": "error",
    "Patching-HooksOnMacos": "warning",
    "Patching-IgnoredByScan": "warning",
    "Patching-IgnoredTaskParameters": "error",
    "Patching-InstallAfterCutoff": "note",
    "Patching-InstallWithoutReboot": "warning",
    "Patching-InstallWithoutScan": "note",
    "Patching-InstallsAtOnce": "warning",
    "Patching-InstanceMetadataTags": "error",
    "Patching-LegacyDocument": "note",
    "Patching-LegacyLoggingInfo": "warning",
    "Patching-LegacyTaskParameters": "warning",
    "Patching-LinuxOnlyProperty": "error",
    "Patching-MultiplePatchGroupTags": "warning",
    "Patching-NoRebootWithScan": "note",
    "Patching-NoUpcomingExecution": "warning",
    "Patching-NodeRole": "note",
    "Patching-NothingApproved": "warning",
    "Patching-NotificationRoles": "error",
    "Patching-NotificationTaskRole": "warning",
    "Patching-NotificationValues": "error",
    "Patching-OperatingSystem": "error",
    "Patching-Operation": "error",
    "Patching-OverlappingWindows": "warning",
    "Patching-OverrideBucketUrl": "warning",
    "Patching-OverrideUrl": "error",
    "Patching-ParallelPatchTasks": "warning",
    "Patching-ParameterList": "error",
    "Patching-ParameterName": "error",
    "Patching-ParameterRequired": "error",
    "Patching-ParameterValue": "error",
    "Patching-PassRolePermission": "warning",
    "Patching-PatchGroupName": "error",
    "Patching-PatchGroupQuota": "warning",
    "Patching-PatchGroupTagKey": "warning",
    "Patching-PatchPolicyRequired": "error",
    "Patching-PatchPolicyValues": "error",
    "Patching-PatchSource": "error",
    "Patching-PatchTuesday": "note",
    "Patching-PinnedDocumentHash": "warning",
    "Patching-PinnedDocumentVersion": "note",
    "Patching-ProductionConcurrency": "warning",
    "Patching-ProductionErrorLimit": "warning",
    "Patching-PublishPermission": "warning",
    "Patching-RateControl": "error",
    "Patching-RebootBeforeInstall": "warning",
    "Patching-ScanAfterReboot": "warning",
    "Patching-CommandOnStoppedNodes": "warning",
    "Patching-PreparationAfterInstall": "note",
    "Patching-RebootDuringInstall": "warning",
    "Patching-RebootOption": "error",
    "Patching-RequiredProperty": "error",
    "Patching-ResourceName": "error",
    "Patching-RoleArn": "error",
    "Patching-RoleTrust": "error",
    "Patching-RunCommandPseudoParameter": "error",
    "Patching-RunCommandTargets": "warning",
    "Patching-RunInput": "error",
    "Patching-RunSchedule": "error",
    "Patching-RunTimezone": "error",
    "Patching-ScheduleExpression": "error",
    "Patching-ScheduleFrequency": "warning",
    "Patching-ScheduleNeverRuns": "error",
    "Patching-ScheduleOffset": "error",
    "Patching-ScheduleTimezone": "error",
    "Patching-SendCommandPermission": "warning",
    "Patching-SnapshotId": "warning",
    "Patching-StartTimeout": "error",
    "Patching-StartTimeoutBeyondWindow": "warning",
    "Patching-TagValueCount": "warning",
    "Patching-TargetComma": "error",
    "Patching-TargetFilterCount": "error",
    "Patching-TargetKey": "error",
    "Patching-TargetNodeId": "error",
    "Patching-TargetNodeType": "warning",
    "Patching-TargetQuota": "warning",
    "Patching-TargetResourceGroup": "error",
    "Patching-TargetResourceType": "error",
    "Patching-TargetValueCount": "error",
    "Patching-TargetWildcard": "error",
    "Patching-TargetlessRateControl": "error",
    "Patching-TaskPermission": "warning",
    "Patching-TaskQuota": "warning",
    "Patching-TaskRole": "note",
    "Patching-TaskTargetCount": "error",
    "Patching-TaskTargetId": "error",
    "Patching-TaskTargetKey": "error",
    "Patching-TaskTargetQuota": "warning",
    "Patching-TaskTargetWindow": "error",
    "Patching-TaskTargets": "error",
    "Patching-TaskType": "error",
    "Patching-TimezoneName": "warning",
    "Patching-TimezoneWithAt": "warning",
    "Patching-UnassociatedTargets": "warning",
    "Patching-UndocumentedSchedule": "warning",
    "Patching-UnlistedFilterValue": "warning",
    "Patching-UnrecordedScan": "warning",
    "Patching-UnresolvedToken": "error",
    "Patching-UnsupportedApprovalDelay": "warning",
    "Patching-UnsupportedProperty": "error",
    "Patching-UnusedTarget": "warning",
    "Patching-WindowCutoff": "error",
    "Patching-WindowDateOffset": "warning",
    "Patching-WindowDates": "error",
    "Patching-WindowDuration": "error",
    "Patching-WindowId": "error",
    "Patching-WindowOpenAtNextStart": "warning",
    "Patching-WindowQuota": "warning",
    "Patching-WindowWithoutTask": "warning",
    "Patching-WindowsOnlyProperty": "error",
    "Patching-UnreadTemplate": "note",
    "Patching-UnselectedNode": "note",
    "Patching-MisspelledNodeTag": "warning",
    "Patching-OutputPermission": "note",
    "Patching-PatchGroupWithoutBaseline": "note",
    "Patching-MisspelledPatchGroup": "warning",
    "Patching-UnpropagatedTag": "warning",
    "Patching-TargetWithoutNodes": "note",
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
