"""The CDK apps of the pipelines: what the validators find, what they create, and their commands, run for a user."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines.repository import INSTALL, PIPELINES, SCAN, Machine, Repository
from tests.synth.test_examples import HERE, Synthesized, checked, run, synthesized

CODEPIPELINE = PIPELINES / "codepipeline" / "app.py"
ROLES = sorted(PIPELINES.glob("*/deployment_role.py"))
CODEBUILD = ("sh", "-ec")
SUBJECTS = {
    "github": "repo:example/fleet:environment:production",
    "gitlab": "project_path:example/fleet:ref_type:branch:ref:main",
}


def context_of(app: Path) -> dict[str, str]:
    return {"subject": SUBJECTS[app.parent.name]} if app in ROLES else {}


def with_validators(app: Path, folder: Path) -> Synthesized:
    """Synthesize an app with the CDK's own validation and cdk-nag."""
    done = run(HERE / "with_nag.py", folder, app, context=context_of(app))
    found = synthesized(folder / app.stem)
    assert done.returncode == (1 if found.findings else 0), done.stderr
    return found


@pytest.mark.parametrize("app", [*ROLES, PIPELINES / "project" / "app.py"], ids=lambda path: path.parent.name)
def test_no_validator_has_a_finding(app: Path, tmp_path: Path) -> None:
    found = with_validators(app, tmp_path)
    assert (found.findings, found.lint()) == ([], [])
    if app not in ROLES:
        assert checked(tmp_path / app.stem) == (0, [])


@pytest.mark.parametrize("app", ROLES, ids=lambda path: path.parent.name)
def test_only_the_deployment_assumes_the_role_and_it_only_assumes_those_of_the_bootstrap(
    app: Path, tmp_path: Path
) -> None:
    run(app, context=context_of(app), CDK_OUTDIR=str(tmp_path), CDK_VALIDATION="false")
    (template,) = tmp_path.glob("*.template.json")
    resources = json.loads(template.read_text(encoding="utf-8"))["Resources"].values()
    (role,) = [each["Properties"] for each in resources if each["Type"] == "AWS::IAM::Role"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert list(trust["Condition"]) == ["StringEquals"]
    assert sorted(key.rpartition(":")[2] for key in trust["Condition"]["StringEquals"]) == ["aud", "sub"]
    assert SUBJECTS[app.parent.name] in trust["Condition"]["StringEquals"].values()
    (policy,) = [each["Properties"]["PolicyDocument"] for each in resources if each["Type"] == "AWS::IAM::Policy"]
    (statement,) = policy["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", "sts:AssumeRole")
    names = re.findall(r":role/cdk-hnb659fds-([a-z-]+)-role-", json.dumps(statement["Resource"]))
    assert names == ["deploy", "file-publishing", "image-publishing", "lookup"]
    assert len(statement["Resource"]) == len(names)


@pytest.mark.parametrize("app", ROLES, ids=lambda path: path.parent.name)
def test_a_role_that_nobody_could_assume_is_not_deployed(app: Path) -> None:
    done = run(app)
    form = {"github": "repo:OWNER/REPOSITORY:environment", "gitlab": "project_path:GROUP/PROJECT:ref_type"}
    assert done.returncode == 1
    assert done.stderr.startswith("Specify which jobs can assume the role: --context subject=" + form[app.parent.name])


# --- CodePipeline -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return with_validators(CODEPIPELINE, tmp_path_factory.mktemp("codepipeline"))


def resources(pipeline: Synthesized, kind: str) -> list[dict[str, Any]]:
    """Return the properties of the resources of the stack with the pipeline."""
    (file,) = [each for each in pipeline.templates if each.name == "Pipeline.template.json"]
    template = json.loads(file.read_text(encoding="utf-8"))
    return [each["Properties"] for each in template["Resources"].values() if each["Type"] == kind]


def commands(pipeline: Synthesized, of: str) -> list[str]:
    """Return the commands of the project that runs a command."""
    specifications = [
        json.loads(each["Source"]["BuildSpec"])["phases"] for each in resources(pipeline, "AWS::CodeBuild::Project")
    ]
    (phases,) = [each for each in specifications if of in each["build"]["commands"]]
    return [*phases["install"].get("commands", ()), *phases["build"]["commands"]]


def test_the_patching_has_no_finding(pipeline: Synthesized) -> None:
    assert checked(pipeline.templates[0].parent) == (0, [])


def test_only_what_cdk_pipelines_creates_has_findings(pipeline: Synthesized) -> None:
    """Wildcards of its grants, builds that have no key of AWS KMS, and a bucket without access logs."""
    report = json.loads((pipeline.templates[0].parent / "validation-report.json").read_text(encoding="utf-8"))
    violations = [violation for plugin in report["pluginReports"] for violation in plugin["violations"]]
    rules = {re.sub(r"\[.*", "", each["ruleName"]) for each in violations}
    assert rules == {"AwsSolutions-CB4", "AwsSolutions-IAM5", "AwsSolutions-S1"}
    places = {construct["constructPath"] for violation in violations for construct in violation["violatingConstructs"]}
    assert [place for place in places if not place.startswith("Pipeline/Pipeline/")] == []
    assert sorted({finding.split()[0] for finding in pipeline.lint()}) == ["E3703", "W3005"]


def test_the_patching_is_checked_and_approved_before_it_is_deployed(pipeline: Synthesized) -> None:
    (properties,) = resources(pipeline, "AWS::CodePipeline::Pipeline")
    stages = {stage["Name"]: stage["Actions"] for stage in properties["Stages"]}
    assert list(stages) == ["Source", "Build", "UpdatePipeline", "Production"]
    order = [(action["RunOrder"], action["Name"]) for action in stages["Production"]]
    assert order == [(1, "Check"), (2, "Approve"), (3, "Patching.Prepare"), (4, "Patching.Deploy")]


def test_each_role_that_uses_the_connection_may(pipeline: Synthesized) -> None:
    """The prefix of the action must be that of the connection, and the CDK grants only the earlier one."""
    policies = resources(pipeline, "AWS::IAM::Policy")
    used = {
        prefix: {each["PolicyName"] for each in policies if f"{prefix}:UseConnection" in json.dumps(each)}
        for prefix in ("codestar-connections", "codeconnections")
    }
    assert used["codeconnections"] == used["codestar-connections"]
    # The source of the pipeline, and the two builds that clone the repository.
    assert len(used["codeconnections"]) == 3


def test_the_commands_run_for_a_user(pipeline: Synthesized, tmp_path: Path) -> None:
    machine, repository = Machine(tmp_path / "machine"), Repository(tmp_path / "origin")
    repository.add_project(CODEPIPELINE)
    revision = repository.change(SCAN, INSTALL)

    def runs(script: list[str], folder: str, **variables: str) -> subprocess.CompletedProcess[str]:
        repository.clone(tmp_path / folder, revision, 0)
        done = machine.run("\n".join(script), tmp_path / folder, variables, CODEBUILD)
        assert done.returncode == 0, done.stderr
        return done

    runs(commands(pipeline, "npx cdk synth --quiet"), "synthesize")
    assembly = str(tmp_path / "synthesize" / "cdk.out")
    done = runs(commands(pipeline, "patching-constructs check"), "check", CODEBUILD_SRC_DIR_Synthesize_Output=assembly)
    assert "### Patching: 1 changed\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("2 templates, no findings; ")
    assert "<testsuites" in (tmp_path / "check" / "patching.xml").read_text(encoding="utf-8")
