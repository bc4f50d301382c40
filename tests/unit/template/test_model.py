"""The model of templates: what a ``cdk.out`` or a template says of maintenance windows, and what is unknown."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs import PatchingError
from patching_constructs.template import TARGET, TASK, WINDOW, UnknownError, Value, WindowTask, read_windows
from tests.refusals import refused

# --- Templates to read --------------------------------------------------------------------------------


def window(**properties: Any) -> dict[str, Any]:
    return {"Type": WINDOW, "Properties": properties}


def target(window_id: object, **properties: Any) -> dict[str, Any]:
    return {"Type": TARGET, "Properties": {"WindowId": window_id} | properties}


def task(window_id: object, **properties: Any) -> dict[str, Any]:
    return {"Type": TASK, "Properties": {"WindowId": window_id} | properties}


def written(file: Path, resources: dict[str, Any], **sections: Any) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"Resources": resources} | sections), encoding="utf-8")
    return file


@pytest.fixture
def template(tmp_path: Path) -> Path:
    return tmp_path / "Patching.template.json"


STACK, STAGE = "aws:cloudformation:stack", "cdk:cloud-assembly"
ANYWHERE = "aws://unknown-account/unknown-region"


def stack(name: str, **properties: str) -> dict[str, Any]:
    """Write a manifest's entry for a stack."""
    return {
        "type": STACK,
        "environment": ANYWHERE,
        "properties": {"templateFile": f"{name}.template.json"} | properties,
    }


def assembled(folder: Path, artifacts: object, **files: object) -> Path:
    """Write a ``cdk.out``, or the folder of a stage, with its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {"manifest": {"artifacts": artifacts}, **files}.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.fixture
def cdk_out(tmp_path: Path) -> Path:
    return tmp_path / "cdk.out"


def name_of(file: Path, name: object, *, use_defaults: bool = False, **sections: Any) -> Value:
    """Return what is read for a window's name."""
    (read,) = read_windows(written(file, {"W": window(Name=name)}, **sections), use_defaults=use_defaults)
    return read.name


def texts(*values: Value) -> list[str | None]:
    return [value.text() for value in values]


def parameters_of(task: WindowTask) -> dict[str, list[str | None]]:
    return {name: texts(*value.each()) for name, value in task.parameters.items()}


# --- Windows ------------------------------------------------------------------------------------------


def test_a_window_with_its_targets_and_task(template: Path) -> None:
    written(
        template,
        {
            "Window": window(
                Name="weekly",
                Schedule="cron(0 4 ? * SUN *)",
                ScheduleTimezone="Europe/Berlin",
                ScheduleOffset=2,
                Duration=4,
                Cutoff=1,
                StartDate="2026-01-01T00:00:00+01:00",
                EndDate="2027-01-01T00:00:00+01:00",
            ),
            "Web": target(
                {"Ref": "Window"},
                ResourceType="INSTANCE",
                Targets=[{"Key": "tag:Patch Group", "Values": ["web", "db"]}, {"Key": "tag-key", "Values": ["Env"]}],
            ),
            "Task": task(
                {"Ref": "Window"},
                TaskArn="AWS-RunPatchBaseline",
                MaxConcurrency="10%",
                MaxErrors="0",
                Targets=[{"Key": "WindowTargetIds", "Values": [{"Ref": "Web"}]}],
                TaskInvocationParameters={
                    "MaintenanceWindowRunCommandParameters": {
                        "Parameters": {"Operation": ["Install"], "RebootOption": ["NoReboot"]}
                    }
                },
            ),
        },
    )
    (read,) = read_windows(template)
    assert (read.stack, read.logical_id, read.label) == ("Patching", "Window", "weekly")
    assert texts(read.name, read.schedule, read.time_zone) == ["weekly", "cron(0 4 ? * SUN *)", "Europe/Berlin"]
    assert texts(read.schedule_offset, read.duration, read.cutoff) == ["2", "4", "1"]
    assert texts(read.start_date, read.end_date) == ["2026-01-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00"]
    (web,) = read.targets
    assert [(key.text(), texts(*values)) for key, values in web.filters_as_written] == [
        ("tag:Patch Group", ["web", "db"]),
        ("tag-key", ["Env"]),
    ]
    (task_read,) = read.tasks
    assert (task_read.logical_id, task_read.document.text()) == ("Task", "AWS-RunPatchBaseline")
    assert texts(task_read.max_concurrency, task_read.max_errors) == ["10%", "0"]
    assert parameters_of(task_read) == {"Operation": ["Install"], "RebootOption": ["NoReboot"]}
    assert task_read.target_references == {"Web"}


def test_a_value_knows_its_place(template: Path) -> None:
    content = {"Resources": {"W": window(Name="weekly", Duration=4)}}
    template.write_text(json.dumps(content, indent=1), encoding="utf-8")
    (read,) = read_windows(template)
    assert (read.duration.path, read.duration.name) == (("Resources", "W", "Properties", "Duration"), "Duration")
    assert (read.duration.line, read.cutoff.line) == (7, 5)


def test_a_window_alone_and_without_properties(template: Path) -> None:
    (read,) = read_windows(written(template, {"Window": {"Type": WINDOW}}))
    assert (read.stack, read.logical_id) == ("Patching", "Window")
    values = [read.name, read.schedule, read.time_zone, read.schedule_offset, read.duration, read.cutoff]
    assert set(texts(*values, read.start_date, read.end_date)) == {None}
    assert (read.targets, read.tasks) == ([], [])


def test_of_a_window_whose_properties_are_unknown_everything_is(template: Path) -> None:
    made = {"Fn::Transform": {"Name": "Windows"}}
    resources = {
        "W": {"Type": WINDOW, "Properties": made},
        "Target": {"Type": TARGET, "Properties": made},
        "Task": {"Type": TASK, "Properties": {"WindowId": {"Ref": "W"}, "TaskInvocationParameters": made}},
    }
    (read,) = read_windows(written(template, resources))
    assert read.label == "W"
    assert read.duration.function == '{"Fn::Transform":{"Name":"Windows"}}'
    (task_read,) = read.tasks
    assert task_read.parameter("Operation").is_unknown
    with pytest.raises(UnknownError) as caught:
        _ = task_read.parameters
    assert str(caught.value) == ('Parameters is known only to the deployment: \'{"Fn::Transform":{"Name":"Windows"}}\'')
    assert read.targets == []


@pytest.mark.parametrize(
    ("name", "label"), [("weekly", "weekly"), ({"Ref": "Name"}, "W"), (None, "W"), ("", "W"), (["a"], "['a']")]
)
def test_a_window_is_called_by_its_logical_id_where_its_name_is_not_known(
    template: Path, name: object, label: str
) -> None:
    (read,) = read_windows(written(template, {"W": window(Name=name)}))
    assert read.label == label


def test_every_window_has_its_own_targets_and_tasks(template: Path) -> None:
    written(
        template,
        {
            "A": window(),
            "B": window(),
            "TargetOfB": target({"Ref": "B"}),
            "TaskOfA": task({"Ref": "A"}),
            "AnotherOfA": task({"Ref": "A"}),
            "TaskOfAWindowElsewhere": task("mw-0123456789abcdef0"),
            "TaskOfNoWindow": {"Type": TASK},
        },
    )
    a, b = read_windows(template)
    assert [each.logical_id for each in a.tasks] == ["TaskOfA", "AnotherOfA"]
    assert [each.logical_id for each in a.targets] == []
    assert [each.logical_id for each in b.tasks] == []
    assert [each.logical_id for each in b.targets] == ["TargetOfB"]


@pytest.mark.parametrize(
    "reference",
    [{"Ref": "W"}, {"Fn::GetAtt": ["W", "WindowId"]}, {"Fn::Sub": "${W}"}],
    ids=["Ref", "GetAtt", "Sub"],
)
def test_a_target_belongs_to_the_window_that_it_refers_to(template: Path, reference: dict[str, Any]) -> None:
    (read,) = read_windows(written(template, {"W": window(), "T": target(reference)}))
    assert [each.logical_id for each in read.targets] == ["T"]


@pytest.mark.parametrize(
    "reference",
    [
        {"Ref": "Parameter"},
        {"Fn::GetAtt": ["Elsewhere", "WindowId"]},
        {"Fn::Sub": "${Parameter}"},
        {"Fn::Sub": "${W}-1"},
        {"Fn::ImportValue": "W"},
    ],
    ids=["Ref", "GetAtt", "Sub", "Sub in part", "ImportValue"],
)
def test_a_target_of_what_is_no_window_here_belongs_to_none(template: Path, reference: dict[str, Any]) -> None:
    (read,) = read_windows(written(template, {"W": window(), "T": target(reference)}))
    assert read.targets == []


def test_a_target_of_a_task_that_does_not_stand_in_the_template_is_not_dropped(template: Path) -> None:
    targets = [
        {"Key": "InstanceIds", "Values": ["i-0123456789abcdef0"]},
        {"Key": "WindowTargetIds", "Values": [{"Ref": "T"}, "0123abcd-elsewhere", {"Ref": "Parameter"}]},
    ]
    written(template, {"W": window(), "T": target({"Ref": "W"}), "Task": task({"Ref": "W"}, Targets=targets)})
    (read,) = read_windows(template)
    ((own, elsewhere, parameter),) = (each.target_ids for each in read.tasks)
    assert (own.reference, elsewhere.text(), parameter.function) == ("T", "0123abcd-elsewhere", '{"Ref":"Parameter"}')


def test_the_parameters_of_a_document_are_lists(template: Path) -> None:
    parameters = {"Operation": ["Scan"], "Many": ["a", "b"], "Plain": "text", "Empty": [], "Nothing": None}
    invocation = {"MaintenanceWindowRunCommandParameters": {"Parameters": parameters}}
    written(template, {"W": window(), "Task": task({"Ref": "W"}, TaskInvocationParameters=invocation)})
    ((read,),) = (each.tasks for each in read_windows(template))
    assert parameters_of(read) == {"Operation": ["Scan"], "Many": ["a", "b"], "Plain": ["text"], "Empty": []}
    first = [read.parameter(name) for name in ("Operation", "Plain", "Empty", "Missing")]
    assert texts(*first) == ["Scan", "text", None, None]


# --- Values -------------------------------------------------------------------------------------------

KNOWN = {
    "text": ("weekly", "weekly"),
    "an int": (4, "4"),
    "a float": (1.5, "1.5"),
    "true": (True, "true"),
    "nothing": (None, None),
    "Join of text": ({"Fn::Join": ["-", ["a", "b", 1]]}, "a-b-1"),
    "Join of true": ({"Fn::Join": ["-", ["a", True]]}, "a-true"),
    "Join in a Join": ({"Fn::Join": ["-", ["a", {"Fn::Join": ["", ["b", "c"]]}]]}, "a-bc"),
    "Sub without a variable": ({"Fn::Sub": "weekly"}, "weekly"),
    "Sub of a literal": ({"Fn::Sub": "${!Literal}-x"}, "${Literal}-x"),
}


@pytest.mark.parametrize(("value", "text"), KNOWN.values(), ids=KNOWN.keys())
def test_what_the_template_knows_is_text(template: Path, value: object, text: str | None) -> None:
    assert name_of(template, value).text() == text


UNKNOWN: dict[str, Any] = {
    "Ref of a parameter": {"Ref": "Name"},
    "Ref of a pseudo parameter": {"Ref": "AWS::StackName"},
    "GetAtt": {"Fn::GetAtt": ["Other", "Arn"]},
    "Sub of a parameter": {"Fn::Sub": "${Name}-x"},
    "Sub of an attribute": {"Fn::Sub": "${Other.Arn}"},
    "Sub with a map": {"Fn::Sub": ["${x}", {"x": "y"}]},
    "Join with a Ref": {"Fn::Join": ["-", ["a", {"Ref": "Name"}]]},
    "Join with nothing": {"Fn::Join": ["-", ["a", None]]},
    "Join with a list": {"Fn::Join": ["-", ["a", ["b"]]]},
    "Join of a list that is not known": {"Fn::Join": ["-", {"Ref": "Names"}]},
    "If": {"Fn::If": ["Condition", "a", "b"]},
}


@pytest.mark.parametrize("value", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_only_the_deployment_knows_is_unknown(template: Path, value: object) -> None:
    read, function = name_of(template, value), json.dumps(value, separators=(",", ":"))
    assert (read.is_unknown, read.function) == (True, function)
    with pytest.raises(UnknownError) as caught:
        read.text()
    assert caught.value.reason == f"Name is known only to the deployment: {function!r}"


@pytest.mark.parametrize(
    ("value", "quotation"), [(["a"], "['a']"), ({"a": 1, "b": 2}, "{'a': 1, 'b': 2}")], ids=["a list", "a mapping"]
)
def test_what_is_no_text_is_quoted(template: Path, value: object, quotation: str) -> None:
    read = name_of(template, value)
    assert (read.text(), read.written(), read.is_nested) == (None, quotation, True)


REFERENCES: dict[str, tuple[dict[str, Any], bool]] = {
    "Ref": ({"Ref": "W"}, True),
    "Sub of a Ref": ({"Fn::Sub": "${W}"}, True),
    "GetAtt": ({"Fn::GetAtt": ["W", "Arn"]}, False),
    "Sub of a GetAtt": ({"Fn::Sub": "${W.Arn}"}, False),
}


@pytest.mark.parametrize(("value", "is_ref"), REFERENCES.values(), ids=REFERENCES.keys())
def test_a_reference_is_to_a_resource_or_to_its_attribute(template: Path, value: object, is_ref: bool) -> None:  # noqa: FBT001
    read = name_of(template, value)
    assert (read.reference, read.is_ref) == ("W", is_ref)


EVERYWHERE = [{"Fn::ImportValue": "Name"}, {"Ref": "AWS::Region"}, "{{resolve:ssm:/name}}"]
OF_ONE_TEMPLATE = [{"Ref": "Name"}, {"Fn::ImportValue": {"Ref": "Name"}}, {"Fn::Sub": "${AWS::StackName}-weekly"}]


@pytest.mark.parametrize(
    ("value", "equal"), [(each, "equal") for each in EVERYWHERE] + [(each, "different") for each in OF_ONE_TEMPLATE]
)
def test_what_two_templates_call_alike_is_one_value_only_if_it_means_the_same(
    tmp_path: Path, value: object, equal: str
) -> None:
    resources = {"A": window(Name=value), "B": window(Name=value)}
    one, again = read_windows(written(tmp_path / "one.json", resources))
    (other, _) = read_windows(written(tmp_path / "other.json", resources))
    assert one.name.identity == again.name.identity
    assert (one.name.identity == other.name.identity) is (equal == "equal")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Ref": "Name"}, "weekly"),
        ({"Fn::Sub": "${Name}-${Hours}"}, "weekly-4"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}]]}, "a-weekly"),
    ],
    ids=["Ref", "Sub", "Join"],
)
def test_a_parameter_is_its_default_when_asked_for(template: Path, value: object, text: str) -> None:
    parameters = {"Name": {"Type": "String", "Default": "weekly"}, "Hours": {"Type": "Number", "Default": 4}}
    assert name_of(template, value, Parameters=parameters).is_unknown
    assert name_of(template, value, Parameters=parameters, use_defaults=True).text() == text


def test_a_default_that_names_a_parameter_of_the_parameter_store_is_unknown(template: Path) -> None:
    parameters = {"Name": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/patching/name"}}
    read = name_of(template, {"Ref": "Name"}, Parameters=parameters, use_defaults=True)
    assert read.function == '{"Ref":"/patching/name"}'


@pytest.mark.parametrize(
    "parameters",
    [{"Name": {"Type": "String"}}, {"Other": {"Default": "x"}}, {"Name": "weekly"}, ["Name"], None],
    ids=["no default", "another parameter", "no parameter", "a list", "nothing"],
)
def test_a_parameter_without_a_default_stays_unknown(template: Path, parameters: object) -> None:
    assert name_of(template, {"Ref": "Name"}, Parameters=parameters, use_defaults=True).is_unknown


# --- Directories --------------------------------------------------------------------------------------


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
    assert task_read.target_references == {"Target"}


def test_a_template_in_yaml_knows_its_defaults_when_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "Fleet.yaml"
    file.write_text(YAML, encoding="utf-8")
    (read,) = read_windows(file, use_defaults=True)
    assert read.time_zone.text() == "Europe/Berlin"


def test_yaml_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    # The module that imports it may have been loaded by another test.
    monkeypatch.delattr("patching_constructs.template._yaml", raising=False)
    monkeypatch.delitem(sys.modules, "patching_constructs.template._yaml", raising=False)
    file = tmp_path / "Fleet.yaml"
    file.write_text(YAML, encoding="utf-8")
    assert refused(lambda: read_windows(file)) == (
        f"{file}: reading YAML needs the extra: pip install 'patching-constructs[cli]'"
    )


def test_json_needs_no_library(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert len(read_windows(written(template, {"W": window()}))) == 1


# --- What is no template ------------------------------------------------------------------------------

NO_TEMPLATE = "that is no CloudFormation template: it has no Resources"

FOREIGN: dict[str, tuple[str, bytes, str]] = {
    "an empty file": ("a.json", b"", NO_TEMPLATE),
    "a list": ("a.json", b"[]", NO_TEMPLATE),
    "text": ("a.yaml", b"hello", NO_TEMPLATE),
    "no resources": ("a.json", b"{}", NO_TEMPLATE),
    "resources that are a list": ("a.json", b'{"Resources": []}', NO_TEMPLATE),
    "JSON that breaks off": (
        "a.json",
        b'{"Resources": ',
        "that is no JSON: Expecting value: line 1 column 15 (char 14)",
    ),
    "JSON that is nested too deeply": (
        "a.json",
        b'{"Resources":' + b"[" * 100_000,
        "that is no JSON: maximum recursion depth exceeded while decoding a JSON array from a unicode string",
    ),
    "bytes that are no UTF-8": (
        "a.json",
        b'{"a": "\xe9"}',
        "cannot be read: 'utf-8' codec can't decode byte 0xe9 in position 7: invalid continuation byte",
    ),
    "YAML with a tab": (
        "a.yaml",
        b"Resources:\n\tWindow: 1",
        "that is no YAML: while scanning for the next token found character that cannot start any token "
        'in "<unicode string>", line 2, column 1',
    ),
    "two documents": (
        "a.yaml",
        b"a: 1\n---\nb: 2",
        'that is no YAML: expected a single document in the stream in "<unicode string>", line 1, column 1 '
        'but found another document in "<unicode string>", line 2, column 1',
    ),
    "YAML that would run code": (
        "a.yaml",
        b"!!python/object/apply:os.getcwd []",
        "that is no YAML: a template has no values of the tag !!python/object/apply:os.getcwd, in line 1",
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
    "a number that JSON does not have": ("a.json", b'{"a": NaN}', "that is no JSON: NaN is no number of JSON"),
    "a key of JSON that stands twice": (
        "a.json",
        b'{"a": {"b": 1, "c": 2, "b": 3}}',
        "that is no JSON: the key 'b' stands twice",
    ),
    "a key of YAML that stands twice": (
        "a.yaml",
        b"a:\n  b: 1\n  b: 2",
        "that is no YAML: the key 'b' stands twice, in line 3",
    ),
    "JSON that is nested deeper than a template": (
        "a.json",
        b'{"a": ' + b"[" * 101 + b"]" * 101 + b"}",
        "that is no JSON: it is nested more than 100 deep",
    ),
    "aliases of many values": (
        "a.yaml",
        b"a: &a [" + b"1," * 1000 + b"]\nb: [" + b"*a," * 200 + b"]",
        "that is no YAML: it has more than 150,000 values, its aliases unfolded",
    ),
    "YAML that is nested too deeply": (
        "a.yaml",
        b"[" * 101 + b"]" * 101,
        "that is no YAML: it is nested more than 100 deep",
    ),
    "aliases that are nested too deeply": (
        "a.yaml",
        b"a0: &a0 [1]\n" + b"".join(b"a%d: &a%d [*a%d]\n" % (step, step, step - 1) for step in range(1, 120)),
        "that is no YAML: its aliases unfold to more than 100 levels",
    ),
    "aliases of a long text": (
        "a.yaml",
        b"a: &a " + b"x" * 100_000 + b"\nb: [" + b"*a," * 60 + b"]",
        "that is no YAML: it has more than 4,000,000 characters, its aliases unfolded",
    ),
    "a number that is none": (
        "a.yaml",
        b"Resources: !!int four",
        "that is no YAML: invalid literal for int() with base 10: 'four'",
    ),
}


@pytest.mark.parametrize(("name", "content", "message"), FOREIGN.values(), ids=FOREIGN.keys())
def test_refusal_of_what_is_no_template(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert refused(lambda: read_windows(file)) == f"{file}: {message}"


def test_refusal_of_a_path_that_there_is_not(tmp_path: Path) -> None:
    missing = tmp_path / "cdk.out"
    assert refused(lambda: read_windows(missing)) == (
        f"{missing}: there is no such file or directory; run cdk synth first"
    )


def test_refusal_of_a_directory_that_is_no_cdk_out(tmp_path: Path) -> None:
    assert refused(lambda: read_windows(tmp_path)) == (
        f"{tmp_path}: the directory has no manifest.json, so it is no cdk.out; name a template file"
    )


def test_refusal_of_a_manifest_that_is_no_json(cdk_out: Path) -> None:
    manifest = assembled(cdk_out, {}) / "manifest.json"
    manifest.write_text('{"artifacts": ', encoding="utf-8")
    assert refused(lambda: read_windows(cdk_out)) == (
        f"{manifest}: that is no JSON: Expecting value: line 1 column 15 (char 14)"
    )


def test_refusal_of_a_template_that_is_gone(cdk_out: Path) -> None:
    file = assembled(cdk_out, {"Patching": stack("Patching")}) / "Patching.template.json"
    assert refused(lambda: read_windows(cdk_out)) == (
        f"{file}: cannot be read: [Errno 2] No such file or directory: {str(file)!r}"
    )


def yaml_window(name: str) -> str:
    return f"Resources: {{W: {{Type: {WINDOW}, Properties: {{Name: {name}}}}}}}"


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
    assert message.startswith(f"{file}: that is no ")
    assert "\n" not in message


@pytest.mark.parametrize("default", [{"Ref": "Name"}, {"Fn::Sub": "${Name}"}, ["a"]], ids=["Ref", "Sub", "list"])
def test_a_default_that_is_no_plain_value_stays_unknown(template: Path, default: object) -> None:
    parameters = {"Name": {"Default": default}}
    assert name_of(template, {"Ref": "Name"}, Parameters=parameters, use_defaults=True).is_unknown


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(), inner)
        | st.dictionaries(st.sampled_from(["Ref", "Fn::Join", "Fn::Sub", "Fn::GetAtt"]), inner, max_size=1)
    ),
)
PROPERTY = st.sampled_from(["Name", "WindowId", "Targets", "TaskInvocationParameters", "TaskArn", "ResourceType"])
RESOURCES = st.dictionaries(
    st.sampled_from("ABC"),
    VALUES
    | st.fixed_dictionaries(
        {"Type": st.sampled_from([WINDOW, TARGET, TASK])},
        optional={"Properties": VALUES | st.dictionaries(PROPERTY, VALUES)},
    ),
)


@given(RESOURCES, VALUES)
def test_whatever_stands_in_a_template_is_read(template: Path, resources: dict[str, Any], parameters: object) -> None:
    written(template, resources, Parameters=parameters)
    windows = [each for each in resources.values() if isinstance(each, dict) and each.get("Type") == WINDOW]
    assert len(read_windows(template, use_defaults=True)) == len(windows)


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


def test_what_is_joined_to_more_than_a_template_is_unknown(template: Path) -> None:
    endless = {"Fn::Join": ["x" * 10_000, ["a"] * 20]}
    (read,) = read_windows(written(template, {"W": window(Name=endless)}))
    assert read.name.is_unknown


def test_no_value_is_no_value(template: Path) -> None:
    (read,) = read_windows(written(template, {"W": window(ScheduleTimezone={"Ref": "AWS::NoValue"})}))
    assert read.time_zone.text() is None


def test_a_path_that_no_file_system_takes_is_not_there() -> None:
    endless = "x" * 5000
    assert refused(lambda: read_windows(Path(endless))) == (
        f"{endless}: there is no such file or directory; run cdk synth first"
    )
