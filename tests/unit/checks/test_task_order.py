"""The order of tasks in a window: tasks with an unknown priority, and which documents reboot nodes."""

import json
from copy import deepcopy
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Finding, Status
from patching_constructs.ssm.reboot import Reboot
from patching_constructs.ssm.reboot_scripts import reboot_in_script
from patching_constructs.template import reboots
from patching_constructs.template.document import read_document
from tests.unit.checks.test_corpus import CORPUS, TODAY
from tests.unit.checks.test_engine import window, written

EXAMPLE = CORPUS / "violating" / "Patching-RebootBeforeInstall" / "example.yaml"


def found(folder: Path, priority: object) -> list[Finding]:
    """Check the example with another reboot at a priority."""
    content: Any = deepcopy(read_document(EXAMPLE).content)
    reboot = deepcopy(content["Resources"]["RestartTask"])
    reboot["Properties"]["Priority"] = priority
    content["Resources"]["RestartAgain"] = reboot
    content["Parameters"] = {"Place": {"Type": "Number"}}
    file = folder / "order.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return [each for each in check_paths([file], now=TODAY) if each.rule.id == "Patching-RebootBeforeInstall"]


def test_a_later_reboot_completes_the_install(tmp_path: Path) -> None:
    assert found(tmp_path, 3) == []


def test_an_earlier_reboot_does_not(tmp_path: Path) -> None:
    assert [each.status for each in found(tmp_path, 1)] == [Status.FAIL]


def test_a_reboot_with_an_unknown_priority_can_be_the_later_one(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, {"Ref": "Place"})
    assert finding.status is Status.UNKNOWN
    assert finding.reason == 'Priority is unknown until deployment: \'{"Ref":"Place"}\''


# --- Several tasks of a window --------------------------------------------------------------------------

Task = dict[str, Any]
ON_NODES: Any = [{"Key": "WindowTargetIds", "Values": [{"Ref": "Target"}]}]


def run(document: object, priority: object, kind: str = "RUN_COMMAND", **parameters: str) -> Task:
    """Write the properties of a task on the nodes of the window."""
    name = "RunCommand" if kind == "RUN_COMMAND" else "Automation"
    given = {each: [value] for each, value in parameters.items()}
    return {
        "WindowId": {"Ref": "Window"},
        "TaskType": kind,
        "TaskArn": document,
        "Priority": priority,
        "MaxConcurrency": "1",
        "MaxErrors": "0",
        "Targets": ON_NODES,
        "TaskInvocationParameters": {f"MaintenanceWindow{name}Parameters": {"Parameters": given}},
    }


def statuses(folder: Path, rule: str, *tasks: Task) -> list[Status]:
    resources = window("web")
    kind = resources.pop("Task")["Type"]
    resources |= {f"Task{place}": {"Type": kind, "Properties": task} for place, task in enumerate(tasks)}
    file = written(folder / "a.json", resources)
    content = json.loads(file.read_text(encoding="utf-8")) | {"Parameters": {"P": {"Type": "String"}}}
    file.write_text(json.dumps(content), encoding="utf-8")
    return [each.status for each in check_paths([file], now=TODAY) if each.rule.id == f"Patching-{rule}"]


PENDING = run("AWS-RunPatchBaseline", 2, Operation="Install", RebootOption="NoReboot")
SCAN = run("AWS-RunPatchBaseline", 4, Operation="Scan")
REBOOT = run("AWS-InstanceRebootWithHooks", 3)
STOP = run("AWS-StopEC2Instance", 1, "AUTOMATION", InstanceId="{{RESOURCE_ID}}")
IMAGE = run("AWS-CreateImage", 5, "AUTOMATION", InstanceId="{{RESOURCE_ID}}", NoReboot="true")
PARAMETER = {"Ref": "P"}
OTHER_NODES: Any = [{"Key": "InstanceIds", "Values": ["i-0123456789abcdef0"]}]
ORDERS: dict[str, tuple[str, list[Task], list[Status]]] = {
    "a scan after the reboot": ("ScanAfterReboot", [PENDING, REBOOT, SCAN], []),
    "no scan": ("ScanAfterReboot", [PENDING, REBOOT], [Status.FAIL]),
    "a task that can be the scan": (
        "ScanAfterReboot",
        [PENDING, REBOOT, run("AWS-RunPatchBaseline", PARAMETER, Operation="Scan")],
        [Status.UNKNOWN],
    ),
    "a reboot of nodes that are unknown": (
        "RebootBeforeInstall",
        [REBOOT | {"Priority": 1}, PENDING, REBOOT | {"Targets": PARAMETER}],
        [Status.UNKNOWN],
    ),
    "a reboot that is only possible": ("ScanAfterReboot", [PENDING, run("restart-web", 3)], []),
    "a command on stopped nodes": ("CommandOnStoppedNodes", [STOP, PENDING], [Status.FAIL]),
    "a task that can be the start": (
        "CommandOnStoppedNodes",
        [STOP, PENDING, run(PARAMETER, 1, "AUTOMATION")],
        [Status.UNKNOWN],
    ),
    "a runbook that can be the start": ("CommandOnStoppedNodes", [STOP, run("own", 1, "AUTOMATION"), PENDING], []),
    "a script on unknown nodes": (
        "CommandOnStoppedNodes",
        [STOP, run("AWS-RunShellScript", 2, commands="uptime") | {"Targets": PARAMETER}],
        [],
    ),
    "a task without a priority": (
        "CommandOnStoppedNodes",
        [{each: value for each, value in STOP.items() if each != "Priority"}, PENDING],
        [],
    ),
    "a stop of other nodes": ("RebootDuringInstall", [STOP | {"Targets": OTHER_NODES, "Priority": 2}, PENDING], []),
    "an image after the install": ("PreparationAfterInstall", [PENDING, IMAGE], [Status.FAIL]),
    "an image before and after it": ("PreparationAfterInstall", [IMAGE | {"Priority": 1}, PENDING, IMAGE], []),
    "an image between two installs": (
        "PreparationAfterInstall",
        [PENDING, IMAGE, run("AWS-InstallWindowsUpdates", 6)],
        [],
    ),
}


@pytest.mark.parametrize(("rule", "tasks", "expected"), ORDERS.values(), ids=ORDERS.keys())
def test_the_order_of_tasks(tmp_path: Path, rule: str, tasks: list[Task], expected: list[Status]) -> None:
    assert statuses(tmp_path, rule, *tasks) == expected


# --- Which documents reboot nodes ---------------------------------------------------------------------


def script(*lines: str, name: str = "finish") -> dict[str, Any]:
    return document({"action": "aws:runShellScript", "name": "run", "inputs": {"runCommand": list(lines)}}, name=name)


def document(step: object, *, name: str = "finish") -> dict[str, Any]:
    content = {"schemaVersion": "2.2", "mainSteps": [step]}
    return {"Type": "AWS::SSM::Document", "Properties": {"Name": name, "Content": content}}


def runs(action: str, **inputs: object) -> dict[str, Any]:
    return document({"action": action, "name": "run", "inputs": inputs})


OWN: Any = {"Ref": "RestartThings"}
DOCUMENTS: dict[str, tuple[object, dict[str, Any], list[Status]]] = {
    "the document of AWS": ("AWS-InstanceRebootWithHooks", {}, [Status.FAIL]),
    "the ARN of a runbook of AWS": (
        "arn:aws:ssm:us-east-1::document/AWS-RestartEC2Instance",
        {},
        [Status.FAIL],
    ),
    "a document of AWS that does not": ("AWS-RunShellScript", {}, []),
    "a document elsewhere that is named like it": ("restart-web", {}, [Status.UNKNOWN]),
    "a document elsewhere": ("clean-up", {}, []),
    "an own document with a logical id like it": (OWN, script("systemctl restart httpd"), []),
    "an own document with a name like it": ("reboot-web", script("echo done", name="reboot-web"), []),
    "an own document by its name": ("finish", script("reboot"), [Status.FAIL]),
    "a script without content": (OWN, document({"action": "aws:runShellScript"}), []),
    "an own document that is not valid": (OWN, document(None) | {"Properties": {"Content": "{"}}, []),
    "an own document that is unknown": (
        OWN,
        {"Type": "AWS::SSM::Document", "Properties": {"Content": {"Ref": "P"}}},
        [],
    ),
    "an API": (OWN, runs("aws:executeAwsApi", Service="ec2", Api="RebootInstances"), [Status.FAIL]),
    "another API": (OWN, runs("aws:executeAwsApi", Service="ec2", Api="DescribeInstances"), []),
    "another document of AWS": (OWN, runs("aws:runCommand", DocumentName="AWS-InstanceRebootWithHooks"), [Status.FAIL]),
    "an install": (
        OWN,
        runs("aws:runCommand", DocumentName="AWS-RunPatchBaseline", Parameters={"Operation": "Install"}),
        # Two installs at the same time have a rule of their own.
        [],
    ),
    "a document that runs itself": (OWN, runs("aws:runCommand", DocumentName="finish"), []),
}
REBOOTING = [
    "sudo reboot",
    "/sbin/shutdown -r now",
    "shutdown /t 0 /r",
    "needs-restarting -r || systemctl reboot",
    "if [ -f /var/run/reboot-required ]; then exit 194; fi",
    "Restart-Computer -Force",
    "init 6",
    "exit 3010",
    "exec reboot",
    "sudo -n /sbin/reboot",
    "nohup reboot &",
    "reboot now",
    "[ -f /var/run/reboot-required ] && reboot # now",
    "echo done || reboot",
]
POSSIBLY_REBOOTING = [
    "bash -c 'reboot'",
    "echo reboot | at midnight",
    "cat <<EOF > note.txt\nReboot the server yourself later\nEOF",
    "cat <<-'EOF' > finish.sh\nreboot\n  EOF",
    "Install-WindowsUpdate -AutoReboot",
    "Reboot the server yourself",
]
NOT_REBOOTING = [
    "echo reboot",
    "echo 'patched (reboot pending); reboot later'",
    "cat <<EOF\nEOF\n# reboot",
    "REBOOT=1; test $REBOOT",
    "finish --no-reboot",
    "# reboot",
    "cat /var/run/reboot-required",
    "reboot-notifier",
    "exit 1940",
    "shutdown -h now",
]
OUTCOMES: list[tuple[list[str], list[Status]]] = [
    (REBOOTING, [Status.FAIL]),
    (POSSIBLY_REBOOTING, [Status.UNKNOWN]),
    (NOT_REBOOTING, []),
]
SCRIPTS = {
    lines: (OWN, script("set -e", *lines.split("\n")), statuses) for scripts, statuses in OUTCOMES for lines in scripts
}


@pytest.mark.parametrize(("name", "own", "statuses"), (DOCUMENTS | SCRIPTS).values(), ids=(DOCUMENTS | SCRIPTS).keys())
def test_a_reboot_is_known_by_its_document(
    tmp_path: Path, name: object, own: dict[str, Any], statuses: list[Status]
) -> None:
    resources = window("web")
    install = resources["Task"]["Properties"]
    install["TaskInvocationParameters"]["MaintenanceWindowRunCommandParameters"]["Parameters"] = {
        "Operation": ["Install"]
    }
    other = {key: value for key, value in install.items() if key != "TaskInvocationParameters"}
    resources["Other"] = {"Type": resources["Task"]["Type"], "Properties": other | {"TaskArn": name}}
    resources |= {"RestartThings": own} if own else {}
    findings = check_paths([written(tmp_path / "a.json", resources)], now=TODAY)
    assert [each.status for each in findings if each.rule.id == "Patching-RebootDuringInstall"] == statuses


# --- The time that a script takes ---------------------------------------------------------------------

# A pattern that looks again at what it has seen takes minutes for these.
LONG_SCRIPTS = [
    "\n",
    ";/",
    " ",
    "then ",
    ";shutdown ",
    "sudo -n ",
    'echo "',
    "echo ",
    'echo x"|',
    "\"'",
    "<<a\n",
    "/",
    ";\t",
]


SHORT, TIMES_LONGER = 5_000, 8


@pytest.mark.parametrize("part", LONG_SCRIPTS)
def test_a_long_script_is_read_in_proportion_to_its_length(part: str) -> None:
    """A single call of C is one step, so this compares the time with that of a shorter script: 64 times is too much."""
    short, long = (seconds(part * length + "|x") for length in (SHORT, SHORT * TIMES_LONGER))
    assert long < 4 * TIMES_LONGER * short


def seconds(text: str) -> float:
    """Return the shortest time in which a script is read."""
    found = []
    for _ in range(3):
        started = process_time()
        assert reboot_in_script(text) is Reboot.NONE
        found.append(process_time() - started)
    return min(found)


def test_a_document_is_read_once_for_all_its_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(text: str) -> Reboot:
        read.append(text)
        return Reboot.NONE

    monkeypatch.setattr(reboots, "reboot_in_script", counted)
    resources = window("web")
    own = {key: value for key, value in resources["Task"]["Properties"].items() if key != "TaskInvocationParameters"}
    resources |= {
        f"Task{place}": {"Type": resources["Task"]["Type"], "Properties": own | {"TaskArn": OWN}} for place in range(9)
    }
    check_paths([written(tmp_path / "a.json", resources | {"RestartThings": script("date")})], now=TODAY)
    assert read == ["date"]
