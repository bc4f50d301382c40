"""PatchCommand: the patch document's name and its parameters."""

from collections.abc import Callable

import aws_cdk as cdk
import pytest

from patching_constructs import PatchHooks, PatchOperation, RebootOption
from patching_constructs.properties.command import PatchCommand
from tests.refusals import refused, untyped

INSTALL, SCAN = PatchOperation.INSTALL, PatchOperation.SCAN
BASELINES, PATCHES = "s3://overrides/web/baselines.json", "s3://overrides/web/patches.yaml"
TEXT, NUMBER = cdk.Token.as_string({"Ref": "Text"}), cdk.Token.as_number({"Ref": "Number"})


# --- The document and its parameters ------------------------------------------------------------------

COMMANDS: dict[str, tuple[PatchCommand, str, dict[str, list[str]]]] = {
    "minimal scan": (
        PatchCommand(operation=SCAN),
        "AWS-RunPatchBaseline",
        {"Operation": ["Scan"]},
    ),
    "minimal install": (
        PatchCommand(operation=INSTALL),
        "AWS-RunPatchBaseline",
        {"Operation": ["Install"]},
    ),
    "operation and reboot option in the service's own words": (
        PatchCommand(operation=untyped("Install"), reboot_option=untyped("NoReboot")),
        "AWS-RunPatchBaseline",
        {"Operation": ["Install"], "RebootOption": ["NoReboot"]},
    ),
    "maximal scan": (
        PatchCommand(operation=SCAN, baseline_override=BASELINES),
        "AWS-RunPatchBaseline",
        {"Operation": ["Scan"], "BaselineOverride": [BASELINES]},
    ),
    "maximal install with a list of patches": (
        PatchCommand(operation=INSTALL, reboot_option=RebootOption.REBOOT_IF_NEEDED, install_override_list=PATCHES),
        "AWS-RunPatchBaseline",
        {"Operation": ["Install"], "RebootOption": ["RebootIfNeeded"], "InstallOverrideList": [PATCHES]},
    ),
    "one hook": (
        PatchCommand(operation=INSTALL, hooks=PatchHooks(on_exit="Rejoin-Node")),
        "AWS-RunPatchBaselineWithHooks",
        {"Operation": ["Install"], "OnExitHookDocName": ["Rejoin-Node"]},
    ),
    "maximal install with hooks": (
        PatchCommand(
            operation=INSTALL,
            reboot_option=RebootOption.NO_REBOOT,
            hooks=PatchHooks(
                pre_install="Drain-Node",
                post_install="arn:aws:ssm:eu-central-1:111122223333:document/Test_Node.v2",
                on_exit="AWS-Noop",
            ),
        ),
        "AWS-RunPatchBaselineWithHooks",
        {
            "Operation": ["Install"],
            "RebootOption": ["NoReboot"],
            "PreInstallHookDocName": ["Drain-Node"],
            "PostInstallHookDocName": ["arn:aws:ssm:eu-central-1:111122223333:document/Test_Node.v2"],
            "OnExitHookDocName": ["AWS-Noop"],
        },
    ),
    "tokens": (
        PatchCommand(
            operation=untyped(TEXT),
            reboot_option=untyped(TEXT),
            hooks=PatchHooks(pre_install=TEXT, post_install=TEXT, on_exit=TEXT),
        ),
        "AWS-RunPatchBaselineWithHooks",
        {
            "Operation": [TEXT],
            "RebootOption": [TEXT],
            "PreInstallHookDocName": [TEXT],
            "PostInstallHookDocName": [TEXT],
            "OnExitHookDocName": [TEXT],
        },
    ),
    "a scan by other baselines, bounded in time": (
        PatchCommand(
            operation=SCAN,
            baseline_override="https://example.com/baselines.json?version=2",
            execution_timeout_seconds=36_000,
        ),
        "AWS-RunPatchBaseline",
        {
            "Operation": ["Scan"],
            "BaselineOverride": ["https://example.com/baselines.json?version=2"],
            "StepTimeoutSeconds": ["36000"],
        },
    ),
    "a whole number of seconds in a float": (
        PatchCommand(operation=INSTALL, execution_timeout_seconds=1.0),
        "AWS-RunPatchBaseline",
        {"Operation": ["Install"], "StepTimeoutSeconds": ["1"]},
    ),
    "token overrides": (
        PatchCommand(operation=SCAN, baseline_override=TEXT, execution_timeout_seconds=NUMBER),
        "AWS-RunPatchBaseline",
        {
            "Operation": ["Scan"],
            "BaselineOverride": [TEXT],
            "StepTimeoutSeconds": [cdk.Token.as_string(NUMBER)],
        },
    ),
    "a hook by an ARN of 200 characters": (
        PatchCommand(operation=INSTALL, hooks=PatchHooks(pre_install="n" * 200)),
        "AWS-RunPatchBaselineWithHooks",
        {"Operation": ["Install"], "PreInstallHookDocName": ["n" * 200]},
    ),
    "tokens in part": (
        PatchCommand(operation=INSTALL, install_override_list=f"s3://{TEXT}/it's.yaml"),
        "AWS-RunPatchBaseline",
        {"Operation": ["Install"], "InstallOverrideList": [f"s3://{TEXT}/it's.yaml"]},
    ),
}


@pytest.mark.parametrize(("command", "document", "parameters"), COMMANDS.values(), ids=COMMANDS.keys())
def test_the_document_and_its_parameters(
    command: PatchCommand, document: str, parameters: dict[str, list[str]]
) -> None:
    assert command.document_name == document
    assert command.parameters == parameters


# --- Invalid values -----------------------------------------------------------------------------------

OPERATIONS = "PatchOperation.SCAN, PatchOperation.INSTALL"
REBOOT_OPTIONS = "RebootOption.REBOOT_IF_NEEDED, RebootOption.NO_REBOOT"
INSTALL_ONLY = "requires operation INSTALL instead of SCAN, because a scan installs nothing"
URL = "must be https://<host>/<path> or s3://<bucket>/<key>"
HOOK = "must be the name or ARN of an SSM document, 3-200 letters, digits and _-.:/"
FORBIDDEN = "must not contain backticks, quotes or $"

REFUSALS: dict[str, tuple[Callable[[], object], str]] = {
    "no operation": (
        lambda: PatchCommand(operation=untyped(None)),
        f"operation must be one of {OPERATIONS}, got None",
    ),
    "an invalid operation": (
        lambda: PatchCommand(operation=untyped("INSTALL")),
        f"operation must be one of {OPERATIONS}, got 'INSTALL'; did you mean PatchOperation.INSTALL?",
    ),
    "an invalid reboot option": (
        lambda: PatchCommand(operation=INSTALL, reboot_option=untyped("Never")),
        f"reboot_option must be one of {REBOOT_OPTIONS}, got 'Never'",
    ),
    "a scan with a reboot option": (
        lambda: PatchCommand(operation=SCAN, reboot_option=RebootOption.NO_REBOOT),
        f"reboot_option {INSTALL_ONLY}, got 'NoReboot'; leave it out",
    ),
    "a scan with hooks": (
        lambda: PatchCommand(operation=SCAN, hooks=PatchHooks(pre_install="Drain-Node")),
        f"hooks {INSTALL_ONLY}, got PatchHooks; leave it out",
    ),
    "a scan with a list of patches": (
        lambda: PatchCommand(operation=SCAN, install_override_list=PATCHES),
        f"install_override_list {INSTALL_ONLY}, got 's3://overrides/web/patches.yaml'; leave it out",
    ),
    "both overrides": (
        lambda: PatchCommand(operation=INSTALL, baseline_override=BASELINES, install_override_list=PATCHES),
        "baseline_override cannot be used with install_override_list, got 's3://overrides/web/baselines.json' and "
        "'s3://overrides/web/patches.yaml'; keep only one of them",
    ),
    "hooks with a list of patches": (
        lambda: PatchCommand(
            operation=INSTALL, hooks=PatchHooks(pre_install="Drain-Node"), install_override_list=PATCHES
        ),
        "install_override_list cannot be used with hooks: AWS-RunPatchBaselineWithHooks has no InstallOverrideList, "
        "got 's3://overrides/web/patches.yaml'; leave hooks out, or approve the patches: "
        "PatchBaseline(approved_patches=[...])",
    ),
    "hooks with a baseline override": (
        lambda: PatchCommand(
            operation=INSTALL, hooks=PatchHooks(pre_install="Drain-Node"), baseline_override=BASELINES
        ),
        "baseline_override cannot be used with hooks: AWS-RunPatchBaselineWithHooks has no BaselineOverride, "
        "got 's3://overrides/web/baselines.json'; leave hooks out, or register the baselines instead: "
        "PatchBaseline(patch_groups=[...])",
    ),
    "hooks with a token as the baseline override": (
        lambda: PatchCommand(operation=INSTALL, hooks=PatchHooks(pre_install="Drain-Node"), baseline_override=TEXT),
        "baseline_override cannot be used with hooks: AWS-RunPatchBaselineWithHooks has no BaselineOverride, "
        "got a token; leave hooks out, or register the baselines instead: PatchBaseline(patch_groups=[...])",
    ),
    "hooks with an execution timeout": (
        lambda: PatchCommand(
            operation=INSTALL, hooks=PatchHooks(pre_install="Drain-Node"), execution_timeout_seconds=600
        ),
        "execution_timeout cannot be used with hooks: AWS-RunPatchBaselineWithHooks has no StepTimeoutSeconds, "
        "got 600 seconds; leave one of them out",
    ),
    "no time to run": (
        lambda: PatchCommand(operation=INSTALL, execution_timeout_seconds=0),
        "execution_timeout must be 1-36000 whole seconds, got 0 seconds",
    ),
    "more than ten hours": (
        lambda: PatchCommand(operation=SCAN, execution_timeout_seconds=36_001),
        "execution_timeout must be 1-36000 whole seconds, got 36001 seconds",
    ),
    "a fraction of a second": (
        lambda: PatchCommand(operation=SCAN, execution_timeout_seconds=1.5),
        "execution_timeout must be 1-36000 whole seconds, got 1.5 seconds",
    ),
    "no number of seconds": (
        lambda: PatchCommand(operation=SCAN, execution_timeout_seconds=float("nan")),
        "execution_timeout must be 1-36000 whole seconds, got nan seconds",
    ),
    "baseline_override: nothing": (
        lambda: PatchCommand(operation=INSTALL, baseline_override=""),
        f"baseline_override {URL}, got ''",
    ),
    "baseline_override: a file": (
        lambda: PatchCommand(operation=SCAN, baseline_override="web/baselines.json"),
        f"baseline_override {URL}, got 'web/baselines.json'",
    ),
    "baseline_override: a bucket without a key": (
        lambda: PatchCommand(operation=INSTALL, baseline_override="s3://overrides/"),
        f"baseline_override {URL}, got 's3://overrides/'",
    ),
    "baseline_override: a bucket's address without https": (
        lambda: PatchCommand(operation=INSTALL, baseline_override="http://overrides.s3.amazonaws.com/baselines.json"),
        f"baseline_override {URL}, got 'http://overrides.s3.amazonaws.com/baselines.json'; "
        "for a private bucket, use s3://",
    ),
    "baseline_override: a name with a quote": (
        lambda: PatchCommand(operation=INSTALL, baseline_override="s3://overrides/it's.json"),
        f'baseline_override {FORBIDDEN}, got "s3://overrides/it\'s.json"; rename the file',
    ),
    "baseline_override: a name with a space": (
        lambda: PatchCommand(operation=INSTALL, baseline_override="s3://overrides/summer baselines.json"),
        "baseline_override must not contain whitespace, got 's3://overrides/summer baselines.json'; rename the file",
    ),
    "baseline_override: an empty path segment": (
        lambda: PatchCommand(operation=INSTALL, baseline_override="s3://overrides/2031//baselines.json"),
        "baseline_override must not contain empty path segments (//), got 's3://overrides/2031//baselines.json'; "
        "move the file",
    ),
    "install_override_list: a folder": (
        lambda: PatchCommand(operation=INSTALL, install_override_list="https://example.com/lists/"),
        "install_override_list must not end with a slash, got 'https://example.com/lists/'; add the file name",
    ),
    "install_override_list: a file": (
        lambda: PatchCommand(operation=INSTALL, install_override_list="patches.yaml"),
        f"install_override_list {URL}, got 'patches.yaml'",
    ),
    "install_override_list: a name with a $": (
        lambda: PatchCommand(operation=INSTALL, install_override_list="s3://overrides/$HOME.yaml"),
        f"install_override_list {FORBIDDEN}, got 's3://overrides/$HOME.yaml'; rename the file",
    ),
    "install_override_list: a name with a double quote": (
        lambda: PatchCommand(operation=INSTALL, install_override_list='s3://overrides/"web".yaml'),
        f"install_override_list {FORBIDDEN}, got 's3://overrides/\"web\".yaml'; rename the file",
    ),
    "install_override_list: a name with a backtick": (
        lambda: PatchCommand(operation=INSTALL, install_override_list="s3://overrides/`id`.yaml"),
        f"install_override_list {FORBIDDEN}, got 's3://overrides/`id`.yaml'; rename the file",
    ),
    "hooks: none": (
        PatchHooks,
        "PatchHooks requires pre_install, post_install or on_exit, got none",
    ),
    "hooks: an empty name": (
        lambda: PatchHooks(pre_install=""),
        f"PatchHooks pre_install {HOOK}, got ''",
    ),
    "hooks: a name with a space": (
        lambda: PatchHooks(pre_install="Drain-Node", post_install="Test Node"),
        f"PatchHooks post_install {HOOK}, got 'Test Node'",
    ),
    "hooks: a name that is too long": (
        lambda: PatchHooks(on_exit="n" * 201),
        f"PatchHooks on_exit {HOOK}, got '{'n' * 201}'",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(make: Callable[[], object], message: str) -> None:
    assert refused(make) == message
