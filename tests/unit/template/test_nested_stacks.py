"""What a nested stack and its parent give to each other, whether it exists, and which files can be its template."""

import json
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.template import read_windows
from patching_constructs.template.deployment import Deployment
from patching_constructs.template.reading import read_templates
from patching_constructs.template.unread import unread_of

STACK, STACK_SET = "AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet"
STAGE = {"Stage": {"Type": "String", "AllowedValues": ["prod", "dev"], "Default": "dev"}}
CONDITIONS = {
    "Always": {"Fn::Equals": ["a", "a"]},
    "Never": {"Fn::Equals": ["a", "b"]},
    "Prod": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
}


def window(**properties: object) -> dict[str, Any]:
    given = {"Name": "weekly", "Schedule": "cron(0 3 ? * TUE *)", "Duration": 3, "Cutoff": 1} | properties
    return {"Type": "AWS::SSM::MaintenanceWindow", "Properties": {"AllowUnassociatedTargets": True} | given}


INNER: dict[str, Any] = {"Resources": {"Weekly": window()}, "Outputs": {"Id": {"Value": {"Ref": "Weekly"}}}}


def stack(url: str = "inner.json", *, condition: str | None = None, kind: str = STACK, **given: object) -> object:
    resource: dict[str, Any] = {"Type": kind, "Properties": {"TemplateURL": url} | given}
    return resource if condition is None else resource | {"Condition": condition}


def written(file: Path, resources: dict[str, Any], **sections: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"Resources": resources} | sections), encoding="utf-8")
    return file


def outer(folder: Path, inner: dict[str, Any] | None = None, **resources: Any) -> Path:
    (folder / "inner.json").write_text(json.dumps(inner or INNER), encoding="utf-8")
    return written(folder / "outer.json", resources, Parameters=STAGE, Conditions=CONDITIONS)


def registered(window_id: object) -> dict[str, Any]:
    return {"Type": "AWS::SSM::MaintenanceWindowTarget", "Properties": {"WindowId": window_id, "Targets": []}}


def names(file: Path, *, use_defaults: bool = False) -> list[str]:
    return [each.logical_id for each in read_windows(file, use_defaults=use_defaults)]


def reasons(file: Path) -> list[str]:
    return [each.reason for each in unread_of(read_templates(file))]


# --- Outputs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "window_id", [{"Fn::GetAtt": ["Fleet", "Outputs.Id"]}, {"Fn::Sub": "${Fleet.Outputs.Id}"}], ids=str
)
def test_an_output_is_what_the_nested_stack_returns(tmp_path: Path, window_id: object) -> None:
    (weekly,) = read_windows(outer(tmp_path, Fleet=stack(), Target=registered(window_id)))
    assert [each.logical_id for each in weekly.targets] == ["Target"]


def test_an_output_with_a_text_is_known(tmp_path: Path) -> None:
    inner = INNER | {"Outputs": {"Hours": {"Value": 5}, "Name": {"Value": "nightly"}}}
    name = {"Fn::GetAtt": ["Fleet", "Outputs.Name"]}
    file = outer(tmp_path, inner, Fleet=stack(), Own=window(Name=name))
    assert [each.name.text() for each in read_windows(file)] == ["nightly", "weekly"]


@pytest.mark.parametrize(
    "stacks",
    [
        {"Fleet": stack("https://s3.amazonaws.com/inner.json")},
        {"Fleet": stack(), "Other": stack()},
        {"Fleet": stack(kind=STACK_SET)},
        {"Fleet": {"Type": "Custom::Fleet"}},
    ],
    ids=["not read", "deployed twice", "StackSet", "custom resource"],
)
def test_any_other_output_is_unknown_and_no_reference(tmp_path: Path, stacks: dict[str, Any]) -> None:
    window_id = {"Fn::GetAtt": ["Fleet", "Outputs.Id"]}
    (deployment, *_) = [
        Deployment([each]) for each in read_templates(outer(tmp_path, **stacks, Target=registered(window_id)))
    ]
    (target,) = deployment.targets
    assert (target.window_id.is_unknown, target.window_id.reference) == (True, None)


# --- Conditions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [STACK, STACK_SET])
@pytest.mark.parametrize(
    ("condition", "use_defaults", "expected"),
    [
        ("Always", False, ["Weekly"]),
        ("Never", False, []),
        ("Prod", False, ["Weekly"]),
        ("Prod", True, []),
        ("Missing", False, ["Weekly"]),
    ],
)
def test_a_nested_stack_exists_where_its_resource_does(
    tmp_path: Path, kind: str, condition: str, expected: list[str], *, use_defaults: bool
) -> None:
    file = outer(tmp_path, Fleet=stack(condition=condition, kind=kind))
    assert names(file, use_defaults=use_defaults) == expected


def test_a_template_exists_if_one_of_its_resources_does(tmp_path: Path) -> None:
    file = outer(tmp_path, One=stack(condition="Never"), Other=stack(condition="Always"))
    assert names(file) == ["Weekly"]
    assert names(outer(tmp_path, One=stack(condition="Never"), Other=stack(condition="Never"))) == []


def test_what_a_stack_deploys_that_does_not_exist_does_not_exist(tmp_path: Path) -> None:
    written(tmp_path / "deep.json", INNER["Resources"])
    inner = {"Resources": {"Deep": stack("deep.json"), "Apart": stack("deep.json", kind=STACK_SET)}}
    assert names(outer(tmp_path, inner, Fleet=stack(condition="Never"))) == []
    assert names(outer(tmp_path, inner, Fleet=stack(condition="Always"))) == ["Weekly"]


def test_the_condition_of_a_nested_stack_is_a_choice_of_the_outer_template(tmp_path: Path) -> None:
    templates = read_templates(outer(tmp_path, Fleet=stack(condition="Prod")))
    (weekly,) = Deployment(templates).windows
    (choice,) = weekly.existence.choices
    assert (choice.name, choice.scope) == ("Stage", templates[0].scope)
    assert [len(Deployment(templates, {choice: value}).windows) for value in choice.values] == [1, 0]


def test_the_template_of_a_resource_that_is_left_out_is_not_missing(tmp_path: Path) -> None:
    assert reasons(outer(tmp_path, Fleet=stack("gone.json", condition="Never"))) == []


# --- Parameters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["/my/name", None])
def test_a_stored_parameter_is_named_as_in_the_nested_stack(tmp_path: Path, given: str | None) -> None:
    stored = {"Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"}}
    inner = {"Parameters": stored, "Resources": {"Weekly": window(Name={"Ref": "Stored"})}}
    parameters = {} if given is None else {"Stored": given}
    (weekly,) = read_windows(outer(tmp_path, inner, Fleet=stack(Parameters=parameters)), use_defaults=True)
    assert weekly.name.function == '{"Ref":"Stored"}'


# --- Files --------------------------------------------------------------------------------------------


def test_a_template_names_no_file_outside_of_its_directory(tmp_path: Path) -> None:
    written(tmp_path / "secret.json", INNER["Resources"])
    file = written(tmp_path / "app/outer.json", {"Fleet": stack("../secret.json"), "Gone": stack("../gone.json")})
    assert reasons(file) == [
        f"{tmp_path}/app/../secret.json is outside of {tmp_path}/app",
        f"{tmp_path}/app/../gone.json is outside of {tmp_path}/app",
    ]


def test_a_link_leads_out_of_no_directory(tmp_path: Path) -> None:
    secret = written(tmp_path / "secret.json", INNER["Resources"])
    file = written(tmp_path / "app/outer.json", {"Fleet": stack("link.json")})
    (file.parent / "link.json").symlink_to(secret)
    assert reasons(file) == [f"{tmp_path}/app/link.json is outside of {tmp_path}/app"]


def test_a_template_names_the_files_of_its_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    written(tmp_path / "shared/inner.json", INNER["Resources"])
    file = written(tmp_path / "app/outer.json", {"Fleet": stack("../shared/inner.json")})
    assert (names(file), reasons(file)) == (["Weekly"], [])


@pytest.mark.parametrize("name", ["inner.template.json", "inner.nested.template.json"])
@pytest.mark.parametrize("folder", ["", "assembly-Prod"], ids=["app", "stage"])
@pytest.mark.parametrize("is_within", [True, False])
def test_an_asset_is_a_file_of_the_cdk_out(tmp_path: Path, name: str, folder: str, *, is_within: bool) -> None:
    app = tmp_path / "cdk.out"
    assembly = app / folder
    file = written((app if is_within else tmp_path) / name, INNER["Resources"])
    written(assembly / "Fleet.template.json", {"Fleet": stack("https://s3.amazonaws.com/assets/hash.json")})
    (app / "manifest.json").write_text('{"artifacts": {}}')
    artifact = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Fleet.template.json"}}
    (assembly / "manifest.json").write_text(json.dumps({"artifacts": {"Fleet": artifact}}))
    path = "../" * (len(assembly.relative_to(app).parts) + (not is_within)) + name
    asset = {"source": {"path": path}, "destinations": {"current": {"objectKey": "hash.json"}}}
    (assembly / "Fleet.assets.json").write_text(json.dumps({"files": {"hash": asset}}))
    assert file.exists()
    assert names(assembly) == (["Weekly"] if is_within else [])
    assert reasons(assembly) == ([] if is_within else [f"{assembly}/{path} is outside of {app}"])
