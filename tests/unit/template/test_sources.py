"""Which templates are read: of a ``cdk.out``, in JSON and in YAML; and which input is invalid."""

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs import PatchingError
from patching_constructs.template import read_windows
from tests.modules import imported_anew
from tests.refusals import refused
from tests.unit.template.written import ANYWHERE, STACK, STAGE, assembled, stack, texts, window, written, yaml_window


def test_a_cdk_out_is_read_with_its_stages_and_nested_stacks(cdk_out: Path) -> None:
    fleet = {"source": {"path": "Fleet.nested.template.json"}}
    own = {"source": {"path": "Patching.template.json"}}
    assembled(
        cdk_out,
        {
            "Patching.assets": {"type": "cdk:asset-manifest", "properties": {"file": "Patching.assets.json"}},
            "Patching": stack("Patching"),
            "assembly-Prod": {"type": STAGE, "properties": {"directoryName": "assembly-Prod"}},
            "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
        },
        **{"Patching.assets": {"files": {"1": fleet, "2": own, "3": {}}}},
    )
    assembled(cdk_out / "assembly-Prod", {"ProdPatching": stack("ProdPatching", stackName="Prod-Patching")})
    for file in ("Patching.template.json", "Fleet.nested.template.json", "assembly-Prod/ProdPatching.template.json"):
        written(cdk_out / file, {"W": window(Name=file)})
    windows = {each.label: each for each in read_windows(cdk_out)}
    assert {name: each.stack for name, each in windows.items()} == {
        "Patching.template.json": "Patching",
        "Fleet.nested.template.json": "Patching/Fleet",
        "assembly-Prod/ProdPatching.template.json": "Prod-Patching",
    }
    assert {each.environment for each in windows.values()} == {ANYWHERE}


def test_a_template_that_an_earlier_synthesis_left_behind_is_not_read(cdk_out: Path) -> None:
    assembled(cdk_out, {"Patching": stack("Patching")})
    written(cdk_out / "Patching.template.json", {"W": window(Name="now")})
    written(cdk_out / "Renamed.template.json", {"W": window(Name="then")})
    assert [each.label for each in read_windows(cdk_out)] == ["now"]


@pytest.mark.parametrize(
    "artifacts",
    [
        {},
        {"Patching": {"type": STACK}, "assembly-Prod": {"type": STAGE}},
        {"Patching": {"type": STACK, "properties": {"templateFile": 1}}},
        {"Patching": "a string"},
        ["Patching"],
        None,
    ],
    ids=["none", "without properties", "without a file", "no artifact", "a list", "nothing"],
)
def test_a_manifest_that_names_no_template_has_no_window(cdk_out: Path, artifacts: object) -> None:
    assert read_windows(assembled(cdk_out, artifacts)) == []


def test_a_stack_without_assets_has_no_nested_one(cdk_out: Path) -> None:
    assembled(cdk_out, {"Patching": stack("Patching")})
    written(cdk_out / "Patching.template.json", {"W": window()})
    written(cdk_out / "Fleet.nested.template.json", {"W": window()})
    assert [each.stack for each in read_windows(cdk_out)] == ["Patching"]


@pytest.mark.parametrize("name", ["Patching.json", "Patching.template", "Patching.template.json", "Patching"])
def test_a_template_may_have_any_name(tmp_path: Path, name: str) -> None:
    (read,) = read_windows(written(tmp_path / name, {"W": window()}))
    assert read.stack == "Patching"


# --- YAML ---------------------------------------------------------------------------------------------

YAML = """
Parameters:
  Zone: {Type: String, Default: Europe/Berlin}
Resources:
  Window:
    Type: AWS::SSM::MaintenanceWindow
    Properties:
      Name: !Sub "${AWS::StackName}-weekly"
      Schedule: !Join [" ", ["cron(0 4", "? * SUN *)"]]
      ScheduleTimezone: !Ref Zone
      ScheduleOffset: !FindInMap [Offsets, !Ref AWS::Region, days]
      Duration: 4
      Cutoff: !GetAtt Settings.Cutoff.Hours
      StartDate: 2026-01-01
      EndDate: !Transform {Name: Date, Parameters: {Year: 2027}}
  Target:
    Type: AWS::SSM::MaintenanceWindowTarget
    Properties:
      WindowId: !Ref Window
      ResourceType: INSTANCE
      Targets:
        - {Key: "tag:Env", Values: [dev, !If [IsProd, prod, stage]]}
  Task:
    Type: AWS::SSM::MaintenanceWindowTask
    Condition: !Condition IsProd
    Properties:
      WindowId: !Sub ${Window}
      TaskArn: AWS-RunPatchBaseline
      Targets: [{Key: WindowTargetIds, Values: [!Ref Target]}]
"""


@pytest.mark.parametrize("name", ["Fleet.yaml", "Fleet.yml", "Fleet.template"])
def test_a_template_in_yaml_is_read_with_its_short_forms(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(YAML, encoding="utf-8")
    (read,) = read_windows(file)
    assert read.name.function == '{"Fn::Sub":"${AWS::StackName}-weekly"}'
    assert read.time_zone.function == '{"Ref":"Zone"}'
    assert read.schedule_offset.function == '{"Fn::FindInMap":["Offsets",{"Ref":"AWS::Region"},"days"]}'
    assert texts(read.schedule, read.duration, read.start_date) == ["cron(0 4 ? * SUN *)", "4", "2026-01-01"]
    assert read.cutoff.function == '{"Fn::GetAtt":["Settings","Cutoff.Hours"]}'
    assert read.end_date.function == '{"Fn::Transform":{"Name":"Date","Parameters":{"Year":2027}}}'
    ((key, (known, stage)),) = read.targets[0].filters_as_written
    assert (key.text(), known.text(), stage.function) == ("tag:Env", "dev", '{"Fn::If":["IsProd","prod","stage"]}')
    (task_read,) = read.tasks
    assert (task_read.logical_id, task_read.document.text()) == ("Task", "AWS-RunPatchBaseline")
    assert task_read.target_references == {read.targets[0].referent}


def test_a_template_in_yaml_knows_its_defaults_when_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "Fleet.yaml"
    file.write_text(YAML, encoding="utf-8")
    (read,) = read_windows(file, use_defaults=True)
    assert read.time_zone.text() == "Europe/Berlin"


def test_yaml_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    file = tmp_path / "Fleet.yaml"
    file.write_text(YAML, encoding="utf-8")
    # The module that imports it may have been loaded by another test.
    with imported_anew("patching_constructs.template._yaml"):
        message = refused(lambda: read_windows(file))
    assert message == f"{file}: reading YAML requires the extra cli; run pip install 'patching-constructs[cli]'"


def test_json_needs_no_library(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert len(read_windows(written(template, {"W": window()}))) == 1


# --- What is no template ------------------------------------------------------------------------------

NO_TEMPLATE = "it is not a CloudFormation template:"

FOREIGN: dict[str, tuple[str, bytes, str]] = {
    "an empty file": ("a.json", b"", f"{NO_TEMPLATE} it is empty"),
    "a list": ("a.json", b"[]", f"{NO_TEMPLATE} it is a list"),
    "text": ("a.yaml", b"hello", f"{NO_TEMPLATE} it is a text without keys"),
    "no resources": ("a.json", b"{}", f"{NO_TEMPLATE} it has no Resources"),
    "other keys": ("a.json", b'{"a": 1}', f"{NO_TEMPLATE} it has no Resources, only a"),
    "keys that may be anything": ("a.yaml", b"root:*:2: 1", f"{NO_TEMPLATE} it has no Resources"),
    "many other keys": (
        "a.yaml",
        b"{a: 1, b: 2, c: 3, d: 4}",
        f"{NO_TEMPLATE} it has no Resources, only a, b, c and others",
    ),
    "resources that are a list": ("a.json", b'{"Resources": []}', f"{NO_TEMPLATE} its Resources are not a mapping"),
    "JSON that breaks off": (
        "a.json",
        b'{"Resources": ',
        "1: it is not valid JSON: Expecting value, in column 15",
    ),
    "JSON that is nested too deeply": (
        "a.json",
        b'{"Resources":' + b"[" * 100_000,
        "it is not valid JSON: it is nested more than 100 deep",
    ),
    "bytes that are no UTF-8": (
        "a.json",
        b'{"a": "\xe9"}',
        "1: it is not a text in UTF-8",
    ),
    "YAML with a tab": (
        "a.yaml",
        b"Resources:\n\tWindow: 1",
        "2: it is not valid YAML: while scanning for the next token, found character that cannot start any token, "
        "in column 1",
    ),
    "two documents": (
        "a.yaml",
        b"a: 1\n---\nb: 2",
        "2: it is not valid YAML: expected a single document in the stream, but found another document, in column 1",
    ),
    "YAML that would run code": (
        "a.yaml",
        b"!!python/object/apply:os.getcwd []",
        "1: it is not valid YAML: the tag !!python/object/apply:os.getcwd is not supported",
    ),
    "JSON that is larger than any template": (
        "a.json",
        b" " * 5_000_001,
        "it is too large: files of up to 5,000,000 bytes are read",
    ),
    "YAML that is larger than any template": (
        "a.yaml",
        b" " * 2_000_001,
        "it is too large: YAML of up to 2,000,000 characters is read",
    ),
    "a number that JSON does not have": ("a.json", b'{"a": NaN}', "it is not valid JSON: NaN is not a JSON number"),
    "a number of more digits than Python reads": (
        "a.json",
        b'{"a": ' + b"9" * 5_000 + b"}",
        "it is not valid JSON: a number has too many digits",
    ),
    "a key of JSON that stands twice": (
        "a.json",
        b'{"a": {"b": 1, "c": 2, "b": 3}}',
        "it is not valid JSON: the key 'b' occurs twice",
    ),
    "a key of YAML that stands twice": (
        "a.yaml",
        b"a:\n  b: 1\n  b: 2",
        "3: it is not valid YAML: the key 'b' occurs twice",
    ),
    "JSON that is nested deeper than a template": (
        "a.json",
        b'{"a": ' + b"[" * 101 + b"]" * 101 + b"}",
        "it is not valid JSON: it is nested more than 100 deep",
    ),
    "aliases of many values": (
        "a.yaml",
        b"a: &a [" + b"1," * 1000 + b"]\nb: [" + b"*a," * 200 + b"]",
        "it is not valid YAML: it has more than 150,000 values after alias expansion",
    ),
    "YAML that is nested too deeply": (
        "a.yaml",
        b"[" * 101 + b"]" * 101,
        "it is not valid YAML: it is nested more than 100 deep",
    ),
    "aliases that are nested too deeply": (
        "a.yaml",
        b"a0: &a0 [1]\n" + b"".join(b"a%d: &a%d [*a%d]\n" % (step, step, step - 1) for step in range(1, 120)),
        "it is not valid YAML: its aliases expand to more than 100 levels",
    ),
    "aliases of a long text": (
        "a.yaml",
        b"a: &a " + b"x" * 100_000 + b"\nb: [" + b"*a," * 60 + b"]",
        "it is not valid YAML: it has more than 4,000,000 characters after alias expansion",
    ),
    "a number that is none": (
        "a.yaml",
        b"Resources: !!int four",
        "it is not valid YAML: a value does not have the form of its tag",
    ),
}


@pytest.mark.parametrize(("name", "content", "message"), FOREIGN.values(), ids=FOREIGN.keys())
def test_refusal_of_what_is_no_template(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    place = f"{file}:" if message[0].isdigit() else f"{file}: "
    assert refused(lambda: read_windows(file)) == place + message


def test_refusal_of_a_path_that_there_is_not(tmp_path: Path) -> None:
    missing = tmp_path / "cdk.out"
    assert refused(lambda: read_windows(missing)) == (f"{missing}: no such file or directory; run cdk synth first")


def test_refusal_of_a_directory_that_is_no_cdk_out(tmp_path: Path) -> None:
    assert refused(lambda: read_windows(tmp_path)) == (
        f"{tmp_path}: the directory has no manifest.json, so it is not a cdk.out; specify a template file"
    )


def test_refusal_of_a_manifest_that_is_no_json(cdk_out: Path) -> None:
    manifest = assembled(cdk_out, {}) / "manifest.json"
    manifest.write_text('{"artifacts": ', encoding="utf-8")
    assert refused(lambda: read_windows(cdk_out)) == (
        f"{manifest}:1: it is not valid JSON: Expecting value, in column 15"
    )


def test_refusal_of_a_template_that_is_gone(cdk_out: Path) -> None:
    file = assembled(cdk_out, {"Patching": stack("Patching")}) / "Patching.template.json"
    assert refused(lambda: read_windows(cdk_out)) == (f"{file}: cannot be read: No such file or directory")


HOSTILE = {
    "a truth that is none": "Resources: !!bool maybe",
    "a number of no digit": 'Resources: !!int ""',
    "a fraction of no digit": 'Resources: !!float ""',
    "a time that is none": "Resources: !!timestamp noon",
    "a list in itself": yaml_window("&a [*a]"),
    "a map in itself": yaml_window("&a {x: *a}"),
    "a Join in itself": yaml_window("&a {'Fn::Join': ['', [*a]]}"),
    "a key of bytes": yaml_window("{!!binary aGk=: 1}"),
    "a number of more digits than Python prints": yaml_window("0x" + "f" * 5000),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_yaml_that_python_stumbles_over_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text, encoding="utf-8")
    message = refused(lambda: read_windows(file))
    assert re.match(rf"{re.escape(str(file))}:([0-9]+:)? it is not ", message)
    assert "\n" not in message


@given(st.text("{}[]:-!&*#\"' \t\nRefSub0aé", max_size=60) | st.text(max_size=60))
def test_any_text_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.template"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PatchingError) as caught:
        read_windows(file)
    assert len(str(caught.value).splitlines()) == 1


def test_an_equals_sign_is_text(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(yaml_window("="), encoding="utf-8")
    (read,) = read_windows(file)
    assert read.name.text() == "="


def test_a_path_that_no_file_system_takes_is_not_there() -> None:
    endless = "x" * 5000
    assert refused(lambda: read_windows(Path(endless))) == f"{endless}: no such file or directory"
