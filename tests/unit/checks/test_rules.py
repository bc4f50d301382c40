"""The list of rules: ids and severities that people have written down, and what every rule tells."""

import re

import pytest

from patching_constructs.checks.rule import Rule
from patching_constructs.checks.rules import RULES

# An id is a public contract: it stands in acknowledgments, in pipelines and in code scanning. None may change or go.
FROZEN = {
    "Patching-ApplicationProduct": "warning",
    "Patching-ApplicationRule": "error",
    "Patching-ApprovalDelay": "error",
    "Patching-ApprovedAndRejected": "warning",
    "Patching-AssociationRunsAtOnce": "warning",
    "Patching-BaselineCount": "warning",
    "Patching-BaselineCounts": "error",
    "Patching-BaselineLiterals": "error",
    "Patching-BaselinePerGroup": "error",
    "Patching-CommandTexts": "error",
    "Patching-CutoffBehavior": "error",
    "Patching-CutoffBelowDuration": "error",
    "Patching-DescriptionLength": "error",
    "Patching-DocumentName": "error",
    "Patching-DocumentVersion": "error",
    "Patching-EmptyApprovalRules": "error",
    "Patching-EventPattern": "warning",
    "Patching-FilterKey": "error",
    "Patching-FilterKeyOnce": "warning",
    "Patching-FilterValue": "error",
    "Patching-FilterValueKnown": "warning",
    "Patching-HookDocument": "error",
    "Patching-HooksOnMacos": "warning",
    "Patching-InstallScanned": "note",
    "Patching-LeakedToken": "error",
    "Patching-LegacyLoggingInfo": "warning",
    "Patching-LegacyTaskParameters": "error",
    "Patching-LinuxOnly": "error",
    "Patching-MetadataTags": "error",
    "Patching-NoRebootFollowUp": "warning",
    "Patching-NoReleaseDates": "warning",
    "Patching-NodeRole": "note",
    "Patching-NodePatchGroup": "warning",
    "Patching-NothingApproved": "warning",
    "Patching-NotificationRolePublishes": "warning",
    "Patching-NotificationRoles": "error",
    "Patching-NotificationValues": "error",
    "Patching-OperatingSystem": "error",
    "Patching-Operation": "error",
    "Patching-OverrideBucket": "warning",
    "Patching-OverrideUrl": "error",
    "Patching-OverridesExclude": "error",
    "Patching-ParameterList": "error",
    "Patching-ParameterName": "error",
    "Patching-ParameterValue": "error",
    "Patching-PatchGroupName": "error",
    "Patching-PatchGroupTag": "warning",
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
    "Patching-ScanIgnores": "warning",
    "Patching-ScanRecorded": "warning",
    "Patching-ScheduleExpression": "error",
    "Patching-ScheduleFires": "error",
    "Patching-ScheduleFrequency": "warning",
    "Patching-ScheduleOffset": "error",
    "Patching-ScheduleOver": "warning",
    "Patching-ScheduleTimezone": "error",
    "Patching-SnapshotId": "error",
    "Patching-StartTimeout": "error",
    "Patching-TargetComma": "error",
    "Patching-TargetFilterCount": "error",
    "Patching-TargetKey": "error",
    "Patching-TargetKeyOnce": "warning",
    "Patching-TargetNodeId": "error",
    "Patching-TargetNodeType": "warning",
    "Patching-TargetResourceGroup": "error",
    "Patching-TargetResourceType": "error",
    "Patching-TargetUsed": "warning",
    "Patching-TargetValueCount": "error",
    "Patching-TargetWildcard": "error",
    "Patching-TargetWindow": "error",
    "Patching-TargetsPerWindow": "error",
    "Patching-TaskRole": "note",
    "Patching-TaskRolePasses": "warning",
    "Patching-TaskRoleRuns": "warning",
    "Patching-TaskTargetCount": "error",
    "Patching-TaskTargetKey": "error",
    "Patching-TaskTargetKind": "error",
    "Patching-TaskTargetWindow": "error",
    "Patching-TaskTargets": "error",
    "Patching-TaskType": "error",
    "Patching-TasksPerWindow": "error",
    "Patching-TimezoneApplies": "warning",
    "Patching-TimezoneName": "warning",
    "Patching-UnassociatedTargets": "warning",
    "Patching-Unseen": "warning",
    "Patching-UnsupportedProperty": "error",
    "Patching-WindowCount": "warning",
    "Patching-WindowCutoff": "error",
    "Patching-WindowDates": "error",
    "Patching-WindowDuration": "error",
    "Patching-WindowUsed": "warning",
    "Patching-WindowsAtOnce": "warning",
    "Patching-WindowsOnly": "error",
    "Patching-WindowsOverlap": "warning",
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


def test_no_two_rules_say_the_same() -> None:
    assert len({rule.title for rule in RULES}) == len(RULES)
