"""What the table says that a run of each document of AWS does to its nodes."""

import pytest

from patching_constructs.properties.document_runs import DocumentRun
from patching_constructs.ssm.documents import known_documents
from patching_constructs.ssm.reboot import Reboot

NONE, POSSIBLE, CERTAIN = Reboot


def run(name: str | None, **parameters: str) -> DocumentRun:
    return DocumentRun(name, parameters.get, lambda each: parameters.get(each, ""))


RUNS = {
    "a scan": (run("AWS-RunPatchBaseline", Operation="Scan"), "Scan", NONE),
    "an install": (run("AWS-RunPatchBaseline", Operation="Install"), "Install", CERTAIN),
    "an install without a reboot": (
        run("AWS-RunPatchBaseline", Operation="Install", RebootOption="NoReboot"),
        "Install",
        NONE,
    ),
    "a token": (run("AWS-RunPatchBaseline", Operation="${Token[A.1]}"), "${Token[A.1]}", CERTAIN),
    "an invalid operation": (run("AWS-RunPatchBaseline", Operation="Patch"), "Patch", NONE),
    "no operation": (run("AWS-RunPatchBaseline"), None, NONE),
    "with hooks": (run("AWS-RunPatchBaselineWithHooks", Operation="Install"), "Install", CERTAIN),
    "of an association": (run("AWS-RunPatchBaselineAssociation", Operation="Install"), "Install", CERTAIN),
    "the legacy document": (run("AWS-ApplyPatchBaseline", Operation="Install"), "Install", CERTAIN),
    "a scan with the legacy document": (run("AWS-ApplyPatchBaseline", Operation="Scan"), "Scan", NONE),
    "Windows updates by default": (run("AWS-InstallWindowsUpdates"), "Install", CERTAIN),
    "Windows updates without a reboot": (run("AWS-InstallWindowsUpdates", AllowReboot="False"), "Install", NONE),
    "a list of Windows updates": (run("AWS-InstallWindowsUpdates", Action="Scan"), "Scan", NONE),
    "legacy Windows updates": (run("AWS-InstallMissingWindowsUpdates"), "Install", POSSIBLE),
    "with rollback": (run("AWS-PatchInstanceWithRollback"), "Install", POSSIBLE),
    "an image by default": (run("AWS-CreateImage"), None, CERTAIN),
    "an image without a reboot": (run("AWS-CreateImage", NoReboot="True"), None, NONE),
    "a reboot": (run("AWS-InstanceRebootWithHooks"), None, CERTAIN),
    "a restart": (run("AWS-RestartEC2Instance"), None, CERTAIN),
    "a stop": (run("AWS-StopEC2Instance"), None, NONE),
    "a script": (run("AWS-RunShellScript", commands="uptime\nreboot"), None, CERTAIN),
    "a script that may reboot": (run("AWS-RunPowerShellScript", commands="Update-It -AutoReboot"), None, POSSIBLE),
    "another document": (run("Own"), None, NONE),
    "no document": (run(None), None, NONE),
}


@pytest.mark.parametrize(("of", "operation", "reboot"), RUNS.values(), ids=RUNS.keys())
def test_the_operation_and_the_reboot_of_a_run(of: DocumentRun, operation: str | None, reboot: Reboot) -> None:
    assert (of.operation, of.installs, of.reboot) == (operation, operation == "Install", reboot)


def test_only_a_patch_document_leaves_a_reboot_pending_in_the_compliance_data() -> None:
    deferring = {name for name, (of, _, _) in RUNS.items() if of.defers_reboot}
    assert deferring == {"an install without a reboot", "Windows updates without a reboot"}
    assert {name for name, (of, _, _) in RUNS.items() if of.leaves_reboot_pending} == {"an install without a reboot"}


def test_a_baseline_override_leaves_the_compliance_data_as_it_was() -> None:
    scan, override = run("AWS-RunPatchBaseline", Operation="Scan"), {"BaselineOverride": "s3://bucket/key"}
    assert scan.records
    assert not run("AWS-RunPatchBaseline", Operation="Scan", **override).records
    assert not run("AWS-InstallWindowsUpdates", Action="Scan").records


def test_which_documents_are_in_the_table() -> None:
    without = {name for name in known_documents() if not run(name).is_reboot_known}
    assert {"AWS-RunShellScript", "AWS-RunDocument", "AWS-ConfigureAWSPackage"} <= without
    assert {"AWS-CreateSnapshot", "AWS-UpdateSSMAgent", "AWS-StopEC2Instance", "AWS-StartEC2Instance"}.isdisjoint(
        without
    )
