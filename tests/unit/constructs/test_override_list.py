"""Overrides kept next to the code: what is taken, what is uploaded, and who may read it."""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
import yaml
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template
from aws_cdk.aws_s3_assets import Asset
from constructs import RootConstruct
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs import PatchingError
from patching_constructs.constructs.overrides import BaselineOverride, InstallOverrideList
from patching_constructs.properties.override_files import OverridePatch, written_patches
from patching_constructs.ssm.operating_systems import OperatingSystem
from tests.refusals import refused, untyped

pytestmark = [pytest.mark.proves("InstallOverrideList", "unit"), pytest.mark.proves("BaselineOverride", "unit")]

KERNEL = OverridePatch(id="kernel.x86_64")
DHCP = OverridePatch(id="dhcp*", title="*10:3.1.1-50.P1.26.amzn1")


@pytest.fixture
def stack() -> cdk.Stack:
    return cdk.Stack(cdk.App(), "Stack")


def uploaded(override: InstallOverrideList | BaselineOverride) -> str:
    """Return the content of the file that the CDK uploads."""
    app = override.asset.node.root
    assert isinstance(app, cdk.App)
    assembly = app.synth()
    return (Path(assembly.directory) / override.asset.asset_path).read_text(encoding="utf-8")


# --- The list of patches ------------------------------------------------------------------------------


def test_patches_are_written_as_the_service_reads_them(stack: cdk.Stack) -> None:
    text = uploaded(InstallOverrideList.from_patches(stack, "List", [KERNEL, DHCP]))
    assert text == 'patches:\n  - id: "kernel.x86_64"\n  - id: "dhcp*"\n    title: "*10:3.1.1-50.P1.26.amzn1"\n'


@given(st.lists(st.tuples(st.text(), st.none() | st.text()), min_size=1))
def test_yaml_reads_back_what_is_written(pairs: list[tuple[str, str | None]]) -> None:
    try:
        patches = [OverridePatch(id=id_, title=title) for id_, title in pairs]
        text = written_patches(patches)
    except PatchingError:
        return
    expected = [{"id": each.id} | ({"title": each.title} if each.title is not None else {}) for each in patches]
    assert yaml.safe_load(text.encode()) == {"patches": expected}


def test_the_same_patches_are_the_same_asset(stack: cdk.Stack) -> None:
    first = InstallOverrideList.from_patches(stack, "First", [KERNEL, DHCP])
    second = InstallOverrideList.from_patches(stack, "Second", [KERNEL, DHCP])
    other = InstallOverrideList.from_patches(stack, "Other", [DHCP, KERNEL])
    assert first.asset.asset_hash == second.asset.asset_hash != other.asset.asset_hash


def test_nothing_is_left_in_the_working_directory(
    stack: cdk.Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    InstallOverrideList.from_patches(stack, "List", [KERNEL])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("disabled", [False, True], ids=["staged", "staging disabled"])
def test_nothing_is_left_in_the_temporary_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, disabled: bool
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    app = cdk.App(outdir=str(tmp_path / "cdk.out"), context={"aws:cdk:disable-asset-staging": disabled})
    override = InstallOverrideList.from_patches(cdk.Stack(app, "Stack"), "List", [KERNEL])
    assert uploaded(override) == 'patches:\n  - id: "kernel.x86_64"\n'
    assert list(temporary.iterdir()) == []
    # Without staging the file is uploaded from where it was written.
    expected = Path(override.asset.asset_path).name if disabled else override.asset.asset_path
    assert [each.name for each in (tmp_path / "cdk.out").glob("*.yaml")] == [expected]


def test_lists_of_one_app_are_not_confused(stack: cdk.Stack) -> None:
    first = InstallOverrideList.from_patches(stack, "First", [KERNEL])
    second = InstallOverrideList.from_patches(stack, "Second", [DHCP])
    assert uploaded(first) == 'patches:\n  - id: "kernel.x86_64"\n'
    assert uploaded(second) == 'patches:\n  - id: "dhcp*"\n    title: "*10:3.1.1-50.P1.26.amzn1"\n'


def test_a_list_in_a_stage_is_uploaded() -> None:
    stage = cdk.Stage(cdk.App(), "Prod")
    override = InstallOverrideList.from_patches(cdk.Stack(stage, "Stack"), "List", [KERNEL])
    assembly = stage.synth()
    assert (Path(assembly.directory) / override.asset.asset_path).read_text(encoding="utf-8").startswith("patches:")


def test_a_file_is_found_from_the_working_directory_of_python(
    stack: cdk.Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.yaml").write_text(AWS_SAMPLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert uploaded(InstallOverrideList.from_asset(stack, "List", "list.yaml")) == AWS_SAMPLE


def test_a_relative_output_directory_is_that_of_the_working_directory_of_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = cdk.App(outdir=os.path.relpath(tmp_path / "cdk.out"))
    # So deep that the relative path stays below the temporary directory.
    elsewhere = tmp_path.joinpath(*["deep"] * len(Path.cwd().parts))
    elsewhere.mkdir(parents=True)
    monkeypatch.chdir(elsewhere)
    override = InstallOverrideList.from_patches(cdk.Stack(app, "Stack"), "List", [KERNEL])
    assert (tmp_path / "cdk.out" / override.asset.asset_path).exists()


AWS_SAMPLE = """\
patches:
    -
        id: 'grub2.x86_64'
        title: 'grub2.x86_64:1:2.02-0.81.0.1.el7'
    -
        id: 'grub2.x86_64'
        title: 'grub2.x86_64:1:*-0.81.0.1.el7'
    -
        id: 'kernel.x86_64'
        severity: 9
"""


@pytest.mark.parametrize("name", ["list.yaml", "list.yml", 'it\'s `$"quoted".yaml'])
def test_a_list_kept_next_to_the_code_is_uploaded_as_it_is(stack: cdk.Stack, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(AWS_SAMPLE, encoding="utf-8")
    override = InstallOverrideList.from_asset(stack, "List", file)
    assert uploaded(override) == AWS_SAMPLE
    assert override.asset.s3_object_key == f"{override.asset.asset_hash}{file.suffix}"


def test_the_url_is_in_the_form_that_a_private_bucket_needs(stack: cdk.Stack) -> None:
    override = InstallOverrideList.from_patches(stack, "List", [KERNEL])
    bucket = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
    assert stack.resolve(override.s3_url) == {"Fn::Sub": f"s3://{bucket}/{override.asset.s3_object_key}"}


def test_the_nodes_can_read_only_this_object(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))
    override = InstallOverrideList.from_patches(stack, "List", [KERNEL])
    override.grant_read(role).assert_success()
    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    bucket = {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}
    resource = ["arn:", {"Ref": "AWS::Partition"}, ":s3:::", bucket, f"/{override.asset.s3_object_key}"]
    assert policy["Properties"]["PolicyDocument"]["Statement"] == [
        {"Action": "s3:GetObject", "Effect": "Allow", "Resource": {"Fn::Join": ["", resource]}}
    ]


def test_an_imported_role_can_be_granted_read_permission(stack: cdk.Stack) -> None:
    override = InstallOverrideList.from_patches(stack, "List", [KERNEL])
    override.grant_read(iam.Role.from_role_name(stack, "Role", "nodes")).assert_success()
    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    assert policy["Properties"]["Roles"] == ["nodes"]


TOKEN = cdk.Token.as_string({"Ref": "Text"})
REFUSALS_OF_PATCHES: dict[str, tuple[Callable[[], object], str]] = {
    "no patch": (
        lambda: written_patches([]),
        "InstallOverrideList patches must have at least 1 item, got 0",
    ),
    "a patch twice": (
        lambda: written_patches([KERNEL, DHCP, KERNEL]),
        "InstallOverrideList patches must not repeat a patch, got OverridePatch(id='kernel.x86_64', title=None) twice; "
        "remove one of them",
    ),
    "an empty id": (
        lambda: OverridePatch(id=" "),
        "OverridePatch id must be nonempty text without control characters, got ' '",
    ),
    "an id of two lines": (
        lambda: OverridePatch(id="a\nb"),
        "OverridePatch id must be nonempty text without control characters, got 'a\\nb'",
    ),
    "an empty title": (
        lambda: OverridePatch(id="a", title=""),
        "OverridePatch title must be nonempty text without control characters, got ''",
    ),
    "a number for a title": (
        lambda: OverridePatch(id="a", title=untyped(1.2)),
        "OverridePatch title must be a string, got 1.2; put quotes around it",
    ),
    "a token": (
        lambda: OverridePatch(id=TOKEN),
        "OverridePatch id must be known at synthesis, because it is written to a file, got a token; use a "
        "literal string",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS_OF_PATCHES.values(), ids=REFUSALS_OF_PATCHES.keys())
def test_refusal_of_patches(make: Callable[[], object], message: str) -> None:
    assert refused(make) == message


REFUSALS_OF_A_LIST = {
    "nothing": ("", "FILE must contain only the key 'patches' with a list, got nothing"),
    "a list": ("- id: a", "FILE must contain only the key 'patches' with a list, got a list"),
    "an empty object": ("{}", "FILE must contain only the key 'patches' with a list, got an object with no keys"),
    "another key": (
        "patches: []\npatch: []",
        "FILE must contain only the key 'patches' with a list, got an object with patches, patch",
    ),
    "no list": ("patches: kernel", "FILE must contain only the key 'patches' with a list, got an object with patches"),
    "no patch": ("patches: []", "FILE patches must have at least 1 item, got 0"),
    "no id": ("patches: [{id: a}, {title: b}]", "FILE patches[1] must have an id, got {'title': 'b'}"),
    "no object": ("patches: [kernel]", "FILE patches[0] must have an id, got 'kernel'"),
    "a number for an id": (
        "patches: [{id: 4284819}]",
        "FILE patches[0]: OverridePatch id must be a string, got 4284819; put quotes around it",
    ),
    "a patch twice": (
        "patches: [{id: a}, {id: a}]",
        "FILE patches must not repeat a patch, got OverridePatch(id='a', title=None) twice; remove one of them",
    ),
    "no YAML": (
        "patches: [",
        "FILE: invalid YAML: while parsing a flow node expected the node content, but found '<stream end>' "
        'in "<unicode string>", line 1, column 11: patches: [ ^',
    ),
}


@pytest.mark.parametrize(("text", "message"), REFUSALS_OF_A_LIST.values(), ids=REFUSALS_OF_A_LIST.keys())
def test_refusal_of_a_list(stack: cdk.Stack, tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "list.yaml"
    file.write_text(text, encoding="utf-8")
    actual = refused(lambda: InstallOverrideList.from_asset(stack, "List", file))
    assert actual.replace(str(file), "FILE") == f"{message} [Stack/List]"
    assert stack.node.children == [], "a refusal leaves nothing behind"


def test_refusal_of_another_kind_of_file(stack: cdk.Stack) -> None:
    actual = refused(lambda: InstallOverrideList.from_asset(stack, "List", "list.json"))
    assert actual == "list.json must end in .yaml or .yml, got '.json' [Stack/List]"
    actual = refused(lambda: BaselineOverride.from_asset(stack, "List", "list"))
    assert actual == "list must end in .json, got '' [Stack/List]"


def test_refusal_of_a_file_that_is_not_there(stack: cdk.Stack, tmp_path: Path) -> None:
    file = tmp_path / "list.yaml"
    actual = refused(lambda: InstallOverrideList.from_asset(stack, "List", file))
    assert actual == f"{file}: cannot be read: [Errno 2] No such file or directory: '{file}' [Stack/List]"


def test_the_error_without_pyyaml_explains_the_installation(
    stack: cdk.Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    file = tmp_path / "list.yaml"
    file.write_text(AWS_SAMPLE, encoding="utf-8")
    actual = refused(lambda: InstallOverrideList.from_asset(stack, "List", file))
    assert actual == f"{file}: reading YAML requires an extra; run: pip install 'patching-constructs[cli]' [Stack/List]"
    InstallOverrideList.from_patches(stack, "Other", [KERNEL])


# --- Wrong types --------------------------------------------------------------------------------------

STACK = cdk.Stack(cdk.App(), "Stack")
WRONG_TYPES: dict[str, tuple[Callable[[], object], str]] = {
    "no scope": (
        lambda: InstallOverrideList.from_patches(untyped("Stack"), "List", [KERNEL]),
        "scope must be a construct, got 'Stack'; pass the stack, or a construct in it",
    ),
    "an app": (
        lambda: InstallOverrideList.from_patches(cdk.App(), "List", [KERNEL]),
        "scope must be a stack or a construct in one, got the app itself; create a Stack in it and pass that",
    ),
    "a construct outside of an app": (
        lambda: BaselineOverride.from_asset(RootConstruct(), "List", "baselines.json"),
        "scope must be a stack or a construct in one, got an object of type RootConstruct; "
        "create a Stack in it and pass that [List]",
    ),
    "one patch": (
        lambda: InstallOverrideList.from_patches(STACK, "List", untyped(KERNEL)),
        "patches must be a list of OverridePatch, got OverridePatch(id='kernel.x86_64', title=None); "
        "wrap it in [...] [Stack/List]",
    ),
    "a patch's id": (
        lambda: InstallOverrideList.from_patches(STACK, "List", untyped(["kernel"])),
        "patches must be a list of OverridePatch, got 'kernel' [Stack/List]",
    ),
    "a path that is invalid": (
        lambda: InstallOverrideList.from_asset(STACK, "List", untyped(None)),
        "path must be a string or a Path, got None [Stack/List]",
    ),
    "a list created without a factory": (
        lambda: InstallOverrideList(untyped("asset"), "s3://bucket/key"),
        "InstallOverrideList asset must be an Asset, got 'asset'; use a factory",
    ),
    "an override without a URL": (
        lambda: BaselineOverride(asset_of(KERNEL), untyped(None)),
        "BaselineOverride s3_url must be a string, got None; use a factory",
    ),
    "a grantee that is invalid": (
        lambda: InstallOverrideList(asset_of(KERNEL), "s3://bucket/key").grant_read(untyped("role")),
        "grantee must be an IGrantable, such as a role, got 'role'",
    ),
}


def asset_of(patch: OverridePatch) -> Asset:
    return InstallOverrideList.from_patches(cdk.Stack(cdk.App(), "Other"), "List", [patch]).asset


@pytest.mark.parametrize(("make", "message"), WRONG_TYPES.values(), ids=WRONG_TYPES.keys())
def test_refusal_of_wrong_types(make: Callable[[], object], message: str) -> None:
    assert refused(make) == message
    assert STACK.node.children == [], "a refusal leaves nothing behind"


# --- The list of baselines ----------------------------------------------------------------------------

MAXIMAL: dict[str, Any] = {
    "ApprovalRules": {
        "PatchRules": [
            {
                "ApproveAfterDays": 0,
                "ApproveUntilDate": "2027-01-06",
                "ComplianceLevel": "UNSPECIFIED",
                "EnableNonSecurity": False,
                "PatchFilterGroup": {"PatchFilters": [{"Key": "PRODUCT", "Values": ["*"]}]},
            }
        ]
    },
    "ApprovedPatches": ["open-ssl*"],
    "ApprovedPatchesComplianceLevel": "UNSPECIFIED",
    "ApprovedPatchesEnableNonSecurity": False,
    "AvailableSecurityUpdatesComplianceStatus": "COMPLIANT",
    "BaselineId": "pb-0123456789abcdef0",
    "CreatedDate": 1.5,
    "Description": "as the service answers",
    "GlobalFilters": {"PatchFilters": []},
    "ModifiedDate": "2027-01-06",
    "Name": "web",
    "OperatingSystem": "CENTOS",
    "PatchGroups": ["web"],
    "RejectedPatches": ["python*"],
    "RejectedPatchesAction": "ALLOW_AS_DEPENDENCY",
    "ResponseMetadata": {"HTTPStatusCode": 200},
    "Sources": [{"Configuration": "[main]", "Name": "mirror", "Products": ["*"]}],
}
SYSTEMS = [{"OperatingSystem": each.value} for each in OperatingSystem]


@pytest.mark.parametrize("baselines", [[MAXIMAL], SYSTEMS], ids=["maximal", "every system"])
def test_baselines_are_uploaded_as_they_are(stack: cdk.Stack, tmp_path: Path, baselines: list[dict[str, Any]]) -> None:
    file = tmp_path / "baselines.json"
    file.write_text(json.dumps(baselines), encoding="utf-8")
    override = BaselineOverride.from_asset(stack, "Override", str(file))
    assert json.loads(uploaded(override)) == baselines
    assert override.asset.s3_object_key.endswith(".json")


RULE_KEYS = "ApproveAfterDays, ApproveUntilDate, ComplianceLevel, EnableNonSecurity, PatchFilterGroup"
RULE: dict[str, Any] = MAXIMAL["ApprovalRules"]["PatchRules"][0]
SYSTEM_NAMES = ", ".join(each.value for each in OperatingSystem)


def with_rule(**changes: Any) -> list[dict[str, Any]]:
    return [MAXIMAL | {"ApprovalRules": {"PatchRules": [RULE | changes]}}]


REFUSALS_OF_BASELINES: dict[str, tuple[object, str]] = {
    "one baseline": (
        {"OperatingSystem": "UBUNTU"},
        "FILE must be a list of baselines, got an object with OperatingSystem; wrap it in [...]",
    ),
    "no baseline": ([], "FILE baselines must have at least 1 item, got 0"),
    "no object": (["pb-0123456789abcdef0"], "FILE [0] must be an object, got 'pb-0123456789abcdef0'"),
    "a key with a typo": (
        with_rule(ApproveAfterDay=7),
        f"FILE [0].ApprovalRules.PatchRules[0] must have only the keys {RULE_KEYS}, got 'ApproveAfterDay'; "
        "write 'ApproveAfterDays'",
    ),
    "an unknown key": (
        with_rule(zzz=7),
        f"FILE [0].ApprovalRules.PatchRules[0] must have only the keys {RULE_KEYS}, got 'zzz'",
    ),
    "no list": (
        [MAXIMAL | {"ApprovedPatches": "open-ssl*"}],
        "FILE [0].ApprovedPatches must be a list, got 'open-ssl*'",
    ),
    "a text for days": (
        with_rule(ApproveAfterDays="7"),
        "FILE [0].ApprovalRules.PatchRules[0].ApproveAfterDays must be a whole number, got '7'",
    ),
    "a number for a truth": (
        with_rule(EnableNonSecurity=1),
        "FILE [0].ApprovalRules.PatchRules[0].EnableNonSecurity must be true or false, got 1",
    ),
    "a number for a text": (
        [MAXIMAL | {"RejectedPatches": ["a", 7]}],
        "FILE [0].RejectedPatches[1] must be a string, got 7",
    ),
    "no system": (
        [{"ApprovedPatches": []}],
        f"FILE [0].OperatingSystem must be one of {SYSTEM_NAMES}, got None",
    ),
    "a system with a typo": (
        [{"OperatingSystem": "UBUNTO"}],
        f"FILE [0].OperatingSystem must be one of {SYSTEM_NAMES}, got 'UBUNTO'; write 'UBUNTU'",
    ),
}


@pytest.mark.parametrize(("document", "message"), REFUSALS_OF_BASELINES.values(), ids=REFUSALS_OF_BASELINES.keys())
def test_refusal_of_baselines(stack: cdk.Stack, tmp_path: Path, document: object, message: str) -> None:
    file = tmp_path / "baselines.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    actual = refused(lambda: BaselineOverride.from_asset(stack, "Override", file))
    assert actual.replace(str(file), "FILE") == f"{message} [Stack/Override]"
    assert stack.node.children == [], "a refusal leaves nothing behind"


def test_refusal_of_invalid_json(stack: cdk.Stack, tmp_path: Path) -> None:
    file = tmp_path / "baselines.json"
    file.write_text("[", encoding="utf-8")
    actual = refused(lambda: BaselineOverride.from_asset(stack, "Override", file))
    assert actual == f"{file}: invalid JSON: Expecting value: line 1 column 2 (char 1) [Stack/Override]"
