"""Templates that a template deploys: which are read, where they are deployed, and what is said of the others."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from patching_constructs.checks.engine import check_paths
from patching_constructs.checks.finding import Finding, Status
from patching_constructs.template import read_windows
from patching_constructs.template.reading import DEEPEST_EMBEDDED, MOST_EMBEDDED, read_all, read_templates
from patching_constructs.template.sources import Source, by_place, sources

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CUTOFF = "Patching-CutoffBelowDuration"
UNREAD = "Patching-UnreadTemplate"
STACK, STACK_SET = "AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet"
APPLICATION = "AWS::Serverless::Application"
PRODUCT, PROVISIONED = (
    "AWS::ServiceCatalog::CloudFormationProduct",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
)
REF = '\'{"Ref":"Url"}\''
BODY = """
Resources:
  Late:
    Type: AWS::SSM::MaintenanceWindow
    Properties:
      Name: late
      Schedule: cron(0 3 ? * TUE *)
      Duration: 3
      Cutoff: 3
      AllowUnassociatedTargets: true
"""


def window(**properties: object) -> dict[str, Any]:
    given = {"Name": "late", "Schedule": "cron(0 3 ? * TUE *)", "Duration": 3, "Cutoff": 3} | properties
    return {"Type": "AWS::SSM::MaintenanceWindow", "Properties": {"AllowUnassociatedTargets": True} | given}


LATE = {"Resources": {"Late": window()}}


def resource(kind: str, **properties: object) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def product(*urls: object) -> dict[str, Any]:
    return resource(PRODUCT, ProvisioningArtifactParameters=[{"Info": {"LoadTemplateFromURL": url}} for url in urls])


def written(file: Path, resources: dict[str, Any]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"Resources": resources}, indent=1), encoding="utf-8")
    return file


def assembled(folder: Path, resources: dict[str, Any], assets: dict[str, Any], environment: str) -> Path:
    """Write a ``cdk.out`` of one stack with assets, each a file's name with its content."""
    written(folder / "Fleet.template.json", resources)
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": environment,
        "properties": {"templateFile": "Fleet.template.json"},
    }
    (folder / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": {"Fleet": artifact}}))
    files = {}
    for number, (name, content) in enumerate(assets.items()):
        if content is not None:
            (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
        destination = {"bucketName": "assets", "objectKey": f"prefix/hash{number}.json"}
        files[f"hash{number}"] = {
            "source": {"path": name, "packaging": "file"},
            "destinations": {"current": destination},
        }
    files["odd"] = {"source": {"path": 1}}
    (folder / "Fleet.assets.json").write_text(json.dumps({"files": files}))
    return folder


def url(number: int) -> dict[str, Any]:
    return {
        "Fn::Sub": f"https://s3.${{AWS::Region}}.${{AWS::URLSuffix}}/assets-${{AWS::AccountId}}/prefix/hash{number}.json"
    }


def findings(path: Path, rule: str) -> list[Finding]:
    return [each for each in check_paths([path], now=NOW) if each.rule.id == rule]


def places(path: Path, rule: str = CUTOFF) -> list[tuple[str, str | None]]:
    return [(each.source.stack, each.logical_id) for each in findings(path, rule)]


def reasons(path: Path) -> list[str]:
    return [each.reason for each in findings(path, UNREAD)]


# --- Inline -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [STACK, STACK_SET])
@pytest.mark.parametrize(
    "body",
    [
        BODY,
        json.dumps(LATE),
        LATE,
        {"Fn::ToJsonString": LATE},
        {"Fn::Join": ["\n", BODY.splitlines()]},
        {"Fn::Sub": BODY.replace("Name: late", "Name: ${AWS::Region}-late")},
    ],
    ids=["YAML", "JSON", "mapping", "ToJsonString", "Join", "Sub"],
)
def test_an_inline_template_is_checked(tmp_path: Path, kind: str, body: object) -> None:
    file = written(tmp_path / "outer.json", {"Outer": resource(kind, TemplateBody=body)})
    assert places(file) == [("outer/Outer", "Outer/Late")]
    assert reasons(file) == []


def test_what_an_outer_function_writes_into_a_text_is_unknown(tmp_path: Path) -> None:
    body = {"Fn::Sub": BODY.replace("Cutoff: 3", "Cutoff: ${Hours}").replace("Name: late", "Name: [a, '${Hours}']")}
    file = written(tmp_path / "outer.json", {"Outer": resource(STACK_SET, TemplateBody=body)})
    (found,) = findings(file, CUTOFF)
    assert (found.status, found.property_path) == (Status.UNKNOWN, ("Properties", "Cutoff"))


def test_a_finding_in_a_text_is_on_the_line_of_the_text(tmp_path: Path) -> None:
    file = tmp_path / "outer.yaml"
    indented = BODY.replace("\n", "\n        ")
    file.write_text(
        f"Resources:\n  Outer:\n    Type: {STACK_SET}\n    Properties:\n      TemplateBody: |{indented}\n",
        encoding="utf-8",
    )
    (found,) = findings(file, CUTOFF)
    assert (found.file, found.line, found.property_path) == (str(file), 5, ("Properties", "Cutoff"))


def test_a_finding_in_a_mapping_is_on_its_own_line(tmp_path: Path) -> None:
    file = written(tmp_path / "outer.json", {"Outer": resource(STACK_SET, TemplateBody=LATE)})
    (found,) = findings(file, CUTOFF)
    assert '"Cutoff"' in file.read_text(encoding="utf-8").splitlines()[found.line - 1]


def test_a_text_within_a_text_is_checked(tmp_path: Path) -> None:
    inner = json.dumps({"Resources": {"Inner": resource(STACK, TemplateBody=BODY)}})
    file = written(tmp_path / "outer.json", {"Outer": resource(STACK_SET, TemplateBody=inner)})
    assert places(file) == [("outer/Outer/Inner", "Outer/Inner/Late")]


def test_the_construct_of_an_inline_template_is_that_of_its_resource(tmp_path: Path) -> None:
    outer = resource(STACK_SET, TemplateBody=BODY) | {"Metadata": {"aws:cdk:path": "Fleet/Outer"}}
    (found,) = findings(written(tmp_path / "outer.json", {"Outer": outer}), CUTOFF)
    assert found.construct_path == "Fleet/Outer"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("Resources: {", "it is not valid YAML"),
        ("{", "it is not valid JSON"),
        ("a text", "it is a text without keys"),
        ([], "it is empty"),
        ({"Ref": "Body"}, "TemplateBody is unknown until deployment"),
    ],
)
def test_a_body_that_is_no_template_is_noted(tmp_path: Path, body: object, reason: str) -> None:
    file = written(tmp_path / "outer.json", {"Outer": resource(STACK_SET, TemplateBody=body)})
    (said,) = reasons(file)
    assert said.startswith("The template of Outer is not read: ")
    assert reason in said


# --- Files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "key"), [(STACK, "TemplateURL"), (STACK_SET, "TemplateURL"), (APPLICATION, "Location")]
)
@pytest.mark.parametrize("location", ["inner.json", "./inner.json", "folder/../inner.json"])
def test_a_file_beside_the_template_is_checked(tmp_path: Path, kind: str, key: str, location: str) -> None:
    (tmp_path / "folder").mkdir()
    inner = written(tmp_path / "inner.json", LATE["Resources"])
    file = written(tmp_path / "outer.json", {"Outer": resource(kind, **{key: location})})
    (found,) = findings(file, CUTOFF)
    assert Path(found.file).resolve() == inner.resolve()
    assert (found.source.stack, found.logical_id) == ("outer/Outer", "Late")


def test_a_product_has_a_template_for_each_version(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        written(tmp_path / name, LATE["Resources"])
    file = written(tmp_path / "outer.json", {"Outer": product("one.json", "two.json")})
    assert len(places(file)) == 2
    assert len(by_place(read_templates(file))) == 3


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            resource(STACK, TemplateURL="https://s3.amazonaws.com/b/t.yaml"),
            "'https://s3.amazonaws.com/b/t.yaml' is not a file beside the template",
        ),
        (resource(STACK, TemplateURL="/etc/passwd"), "'/etc/passwd' is not a file beside the template"),
        (resource(STACK, TemplateURL={"Ref": "Url"}), "TemplateURL is unknown until deployment: " + REF),
        (resource(STACK, TemplateURL="gone.yaml"), "there is no file 'gone.yaml' beside the template"),
        (resource(STACK, TemplateURL="a\0b"), "there is no file 'a\\x00b' beside the template"),
        (
            resource(APPLICATION, Location={"ApplicationId": "arn", "SemanticVersion": "1"}),
            "{'ApplicationId': 'arn', 'SemanticVersion': '1'} is not a file beside the template",
        ),
        (resource(APPLICATION), "None is not a file beside the template"),
        (product({"Ref": "Url"}), "LoadTemplateFromURL is unknown until deployment: " + REF),
        (
            resource(PRODUCT, ProvisioningArtifactParameters={"Ref": "Url"}),
            "ProvisioningArtifactParameters is unknown until deployment: " + REF,
        ),
        (resource(PRODUCT, SourceConnection={"Type": "X"}), "{'Type': 'X'} is not a file beside the template"),
        (resource(PROVISIONED, ProductId="prod-1"), "'prod-1' is not a file beside the template"),
        (resource(PROVISIONED, ProductName="patching"), "'patching' is not a file beside the template"),
    ],
)
def test_what_cannot_be_read_is_noted(tmp_path: Path, given: dict[str, Any], reason: str) -> None:
    file = written(tmp_path / "outer.json", {"Outer": given})
    assert reasons(file) == [f"The template of Outer is not read: {reason}"]


def test_a_file_that_is_no_template_is_noted_for_each_resource(tmp_path: Path) -> None:
    (tmp_path / "inner.yaml").write_text("a text", encoding="utf-8")
    given = resource(STACK, TemplateURL="inner.yaml")
    said = reasons(written(tmp_path / "outer.json", {"One": given, "Two": given}))
    assert [each.partition(" is not read")[0] for each in said] == ["The template of One", "The template of Two"]


def test_what_deploys_nothing_that_is_named_has_no_note(tmp_path: Path) -> None:
    given = {
        "Previous": resource(STACK_SET, StackSetName="x"),
        "Product": product("inner.json"),
        "Provisioned": resource(PROVISIONED, ProductId={"Ref": "Product"}),
    }
    written(tmp_path / "inner.json", LATE["Resources"])
    assert reasons(written(tmp_path / "outer.json", given)) == []


def test_one_file_is_read_once(tmp_path: Path) -> None:
    written(tmp_path / "inner.json", LATE["Resources"])
    given = resource(STACK, TemplateURL="inner.json")
    assert places(written(tmp_path / "outer.json", {"One": given, "Two": given})) == [("outer/One", "Late")]


@pytest.mark.parametrize("order", [("a.json", "b.json"), ("b.json", "a.json")])
def test_a_file_that_is_listed_too_is_read_once_with_what_deploys_it(tmp_path: Path, order: tuple[str, str]) -> None:
    written(tmp_path / "a.json", {"Outer": resource(STACK, TemplateURL="b.json")})
    written(tmp_path / "b.json", LATE["Resources"])
    listed = [source for name in order for source in sources(tmp_path / name)]
    assert [each.source.stack for each in read_all(listed)] == ["a", "a/Outer"]


def test_files_that_deploy_each_other_are_read_once(tmp_path: Path) -> None:
    written(tmp_path / "a.json", {"Outer": resource(STACK, TemplateURL="b.json")})
    written(tmp_path / "b.json", {"Back": resource(STACK, TemplateURL="a.json"), "Late": window()})
    assert places(tmp_path / "a.json") == [("a/Outer", "Late")]
    listed = [*sources(tmp_path / "a.json"), *sources(tmp_path / "b.json")]
    assert [each.source.stack for each in read_all(listed)] == ["a", "a/Outer"]


def test_templates_are_read_some_levels_deep(tmp_path: Path) -> None:
    for number in range(DEEPEST_EMBEDDED + 2):
        written(tmp_path / f"{number}.json", {"Next": resource(STACK, TemplateURL=f"{number + 1}.json")})
    assert len(read_templates(tmp_path / "0.json")) == DEEPEST_EMBEDDED + 1
    assert reasons(tmp_path / "0.json") == [
        "The template of Next is not read: templates are read 10 levels deep, and 1,000 in all"
    ]


def test_a_bounded_number_of_templates_is_read(tmp_path: Path) -> None:
    body = json.dumps({"Resources": {}})
    given = {f"S{number}": resource(STACK, TemplateBody=body) for number in range(MOST_EMBEDDED + 3)}
    file = written(tmp_path / "outer.json", given)
    assert len(read_templates(file)) == MOST_EMBEDDED + 1
    assert len(reasons(file)) == 3


# --- Assemblies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Set.stackset.template.json", "Set.product.template.json", "Set.template.json"])
@pytest.mark.parametrize("environment", ["aws://unknown-account/unknown-region", "aws://111122223333/eu-west-1"])
def test_the_templates_of_stack_sets_and_products_are_checked(tmp_path: Path, name: str, environment: str) -> None:
    path = assembled(tmp_path, {}, {name: LATE}, environment)
    assert places(path) == [("Fleet/Set", "Late")]
    assert [each.stack for each in read_windows(path)] == ["Fleet/Set"]


def test_an_asset_is_known_by_its_url(tmp_path: Path) -> None:
    resources = {
        "Set": resource(STACK_SET, TemplateURL=url(0)),
        "Stack": resource(STACK, TemplateURL=url(1)),
        "Product": product(url(2)),
        "Other": resource(STACK, TemplateURL=url(9)),
    }
    assets = {"x.stackset.template.json": LATE, "asset.1.json": LATE, "asset.2.json": LATE}
    path = assembled(tmp_path, resources, assets, "aws://111122223333/eu-west-1")
    assert sorted(places(path)) == [("Fleet/Product", "Late"), ("Fleet/Set", "Late"), ("Fleet/Stack", "Late")]
    deployments = {each.source.stack: each.source.place for each in read_templates(path)}
    assert deployments["Fleet/Stack"] == deployments["Fleet"]
    assert len({deployments["Fleet"], deployments["Fleet/Set"], deployments["Fleet/Product"]}) == 3
    assert [each.partition(":")[0] for each in reasons(path)] == ["The template of Other is not read"]


def test_an_asset_that_is_no_template_is_left_alone(tmp_path: Path) -> None:
    assets = {"angular.template.json": "[]", "gone.template.json": None, "Fleet.template.json": None, "index.js": "x"}
    path = assembled(tmp_path, {}, assets, "aws://111122223333/eu-west-1")
    assert [each.source.stack for each in read_templates(path)] == ["Fleet"]


def test_nested_stacks_are_those_of_the_manifest(tmp_path: Path) -> None:
    resources = {"Stack": resource(STACK, TemplateURL=url(0))}
    path = assembled(tmp_path, resources, {"Inner.nested.template.json": LATE}, "aws://111122223333/eu-west-1")
    assert places(path) == [("Fleet/Inner", "Late")]
    assert reasons(path) == []


# --- Deployments --------------------------------------------------------------------------------------


def test_a_nested_stack_is_deployed_with_its_parent_and_a_stack_set_apart(tmp_path: Path) -> None:
    nested = json.dumps({"Resources": {"Inner": resource(STACK, TemplateBody=BODY)}})
    given = {
        "Stack": resource(STACK, TemplateBody=nested),
        "One": resource(STACK_SET, TemplateBody=nested),
        "Two": resource(STACK_SET, TemplateBody=BODY),
    }
    file = written(tmp_path / "outer.json", given)
    together = [[template.source.stack for template in each] for each in by_place(read_templates(file))]
    assert together == [
        ["outer", "outer/Stack", "outer/Stack/Inner"],
        ["outer/One", "outer/One/Inner"],
        ["outer/Two"],
    ]


def test_a_source_by_itself_has_plain_ids() -> None:
    assert Source(Path("a.json"), "a").qualified("Window") == "Window"


# --- What a template gives for parameters -------------------------------------------------------------

INNER = {
    "Hours": {"Type": "Number", "Default": 3},
    "Cutoff": {"Type": "Number"},
    "Groups": {"Type": "CommaDelimitedList", "Default": "web"},
    "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/name"},
    "Stage": {"Type": "String", "AllowedValues": ["prod", "dev"], "Default": "prod"},
}


def nested(folder: Path, given: object, *, inner: dict[str, Any] | None = None, kind: str = STACK) -> Path:
    """Write a template with a nested stack that has a window, with the parameters that are given."""
    content = {
        "Parameters": INNER,
        "Resources": inner or {"Late": window(Duration={"Ref": "Hours"}, Cutoff={"Ref": "Cutoff"})},
    }
    (folder / "inner.json").write_text(json.dumps(content), encoding="utf-8")
    location = "Location" if kind == APPLICATION else "TemplateURL"
    outer = resource(kind, **{location: "inner.json", "Parameters": given})
    parameters = {
        "Some": {"Type": "Number", "AllowedValues": [3, 2]},
        "Bad": {"Type": "Number", "AllowedValues": [3, 4]},
    }
    file = folder / "outer.json"
    content = {"Parameters": parameters, "Resources": {"Fleet": outer, "Topic": resource("AWS::SNS::Topic")}}
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


@pytest.mark.parametrize("kind", [STACK, APPLICATION])
@pytest.mark.parametrize(
    ("given", "statuses"),
    [
        ({"Cutoff": 3}, [Status.FAIL]),
        ({"Cutoff": "2"}, []),
        ({"Cutoff": "3", "Hours": "4"}, []),
        ({"Cutoff": {"Ref": "Some"}}, [Status.UNKNOWN]),
        ({"Cutoff": {"Ref": "Bad"}}, [Status.FAIL]),
        ({"Cutoff": {"Ref": "Bad"}, "Hours": 5}, []),
        ({}, [Status.UNKNOWN]),
        (None, [Status.UNKNOWN]),
        ({"Cutoff": ["3"]}, [Status.UNKNOWN]),
        ({"Cutoff": {"a": 1, "b": 2}}, [Status.UNKNOWN]),
        ({"Fn::Transform": {"Name": "AWS::Include"}}, [Status.UNKNOWN]),
        ({"Cutoff": 3, "Fn::Transform": {"Name": "AWS::Include"}}, [Status.UNKNOWN]),
    ],
)
def test_a_nested_stack_has_the_parameters_that_its_template_gives(
    tmp_path: Path, kind: str, given: object, statuses: list[Status]
) -> None:
    assert [each.status for each in findings(nested(tmp_path, given, kind=kind), CUTOFF)] == statuses


@pytest.mark.parametrize(
    ("groups", "expected"), [("db, app", ["db", "app"]), (["db"], ["db"]), ({"Ref": "Some"}, []), (None, ["web"])]
)
def test_a_list_is_given_as_text(tmp_path: Path, groups: object, expected: list[str]) -> None:
    target = resource(
        "AWS::SSM::MaintenanceWindowTarget",
        WindowId={"Ref": "Late"},
        ResourceType="INSTANCE",
        Targets=[{"Key": "tag:Patch Group", "Values": {"Ref": "Groups"}}],
    )
    given = {"Groups": groups} if groups else {}
    (late,) = read_windows(nested(tmp_path, given, inner={"Late": window(), "Target": target}))
    values = late.targets[0].filters[0]["Values"]
    assert ([] if values.is_unknown else [each.text() for each in values.items()]) == expected


def test_a_reference_to_a_resource_of_the_outer_template_is_followed(tmp_path: Path) -> None:
    inner = {"Late": window(Name={"Ref": "Stage"}, Description={"Ref": "Stored"})}
    (late,) = read_windows(nested(tmp_path, {"Stage": {"Ref": "Topic"}, "Stored": {"Ref": "Some"}}, inner=inner))
    assert (late.name.reference, late.at("Description").function) == ("Topic", '{"Ref":"Stored"}')


def test_the_allowed_values_say_more_than_a_value_that_is_not_known(tmp_path: Path) -> None:
    inner = {"Late": window(Name={"Ref": "Stage"})}
    (late,) = read_windows(nested(tmp_path, {"Stage": {"Fn::ImportValue": "stage"}}, inner=inner))
    assert [choice.values for choice in late.name.choices] == [("prod", "dev")]


def test_a_file_that_two_resources_deploy_has_no_certain_parameters(tmp_path: Path) -> None:
    file = nested(tmp_path, {"Cutoff": 3})
    content = json.loads(file.read_text(encoding="utf-8"))
    content["Resources"]["Other"] = content["Resources"]["Fleet"]
    file.write_text(json.dumps(content), encoding="utf-8")
    assert [each.status for each in findings(file, CUTOFF)] == [Status.UNKNOWN]


def test_an_inline_template_has_parameters_too(tmp_path: Path) -> None:
    body = {"Parameters": INNER, "Resources": {"Late": window(Duration={"Ref": "Hours"}, Cutoff={"Ref": "Cutoff"})}}
    stack = resource(STACK, TemplateBody=json.dumps(body), Parameters={"Cutoff": "3"})
    file = written(tmp_path / "a.json", {"Fleet": stack})
    assert [each.status for each in findings(file, CUTOFF)] == [Status.FAIL]


def test_files_that_deploy_each_other_give_each_other_nothing(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        stack = resource(STACK, TemplateURL=f"{other}.json", Parameters={"Cutoff": {"Ref": "Cutoff"}})
        content = {"Parameters": INNER, "Resources": {"Stack": stack, "Late": window(Cutoff={"Ref": "Cutoff"})}}
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    listed = [source for name in ("a", "b") for source in sources(tmp_path / f"{name}.json")]
    assert len(by_place(read_all(listed))) == 1
    assert [each.status for each in findings(tmp_path / "a.json", CUTOFF)] == [Status.UNKNOWN, Status.UNKNOWN]
