"""What a template ignores, and what its CDK app acknowledges."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.commands.checking import (
    CUTOFF,
    FINE,
    FRIDAY,
    LATE,
    NAME,
    UNKNOWN,
    UNUSED,
    assembled,
    checked,
    last_line,
    refused,
    reported,
    window,
    written,
)

WHY = "until the nodes are gone"


def ignoring(*entries: Any, **metadata: Any) -> dict[str, Any]:
    """Write the metadata of a resource or a template."""
    return {"Metadata": metadata | {"PatchingConstructs": {"Ignore": list(entries)}}}


def ignore(rule: str, reason: str = WHY) -> dict[str, str]:
    return {"rule": rule, "reason": reason}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return Path("template.json")


# --- Ignored in the template --------------------------------------------------------------------------


def test_a_resource_ignores_a_rule_for_itself_only(file: Path) -> None:
    written(file, {"Late": LATE | ignoring(ignore(CUTOFF)), "Later": LATE})
    result = checked(file)
    assert reported(result) == [f"warning {UNUSED}", f"warning {UNUSED}", f"error {CUTOFF}"]
    assert result.stdout.count("  template/Later\n") == 2
    assert last_line(result).endswith("; 1 ignored")
    assert result.stderr == ""


def test_a_template_ignores_a_rule_for_all_its_resources(file: Path) -> None:
    written(file, {"Late": LATE, "Later": LATE}, **ignoring(ignore(UNUSED), ignore(CUTOFF)))
    result = checked(file)
    assert (result.exit_code, result.stdout) == (0, "1 template, no findings; 4 ignored\n")


def test_unknown_findings_are_ignored_too(file: Path) -> None:
    written(file, {"Unknown": UNKNOWN | ignoring(ignore(NAME), ignore(UNUSED))})
    result = checked(file, "--strict")
    assert (result.exit_code, result.stdout) == (0, "1 template, no findings; 2 ignored\n")


def test_an_ignore_in_yaml(file: Path) -> None:
    file = file.with_suffix(".yaml")
    file.write_text(
        """\
Resources:
  Window:
    Type: AWS::SSM::MaintenanceWindow
    Metadata:
      PatchingConstructs:
        Ignore:
          - rule: Patching-WindowWithoutTask
            reason: the task is registered by a script
    Properties:
      {Name: web, Schedule: cron(0 4 ? * SUN *), Duration: 4, Cutoff: 1, AllowUnassociatedTargets: false}
""",
        encoding="utf-8",
    )
    assert checked(file).stdout == "1 template, no findings; 1 ignored\n"


def test_an_ignore_that_ignores_nothing_is_a_note(file: Path) -> None:
    written(file, {"Early": window(Schedule="cron(0 4 ? * FRI#2 *)") | ignoring(ignore(UNUSED), ignore(CUTOFF))})
    result = checked(file, "--format", "json")
    assert result.stderr == (
        f"note: template.json:19: {CUTOFF} is ignored, but nothing was found; remove the entry\n"
        "1 template, no findings; 1 ignored; 1 below warning\n"
    )
    assert result.exit_code == 0


def test_an_ignore_of_what_is_below_the_severity_is_used(file: Path) -> None:
    early = window(Schedule="cron(0 4 ? * FRI#2 *)")
    written(file, {"Early": early | ignoring(ignore(UNUSED), ignore(FRIDAY))})
    assert checked(file).stderr == ""


def looped(*entries: Any) -> dict[str, Any]:
    """Write a loop that makes a window with a cutoff below its duration, and one without."""
    window_of_loop = window(Cutoff={"Ref": "Cutoff"}) | ignoring(*entries)
    return {"Fn::ForEach::Windows": ["Cutoff", ["1", "4"], {"Window${Cutoff}": window_of_loop}]}


def test_an_ignore_in_a_loop_applies_to_every_resource_that_the_loop_makes(file: Path) -> None:
    written(file, looped(ignore(CUTOFF), ignore(UNUSED)), Transform="AWS::LanguageExtensions")
    result = checked(file)
    assert (result.exit_code, result.stdout) == (0, "1 template, no findings; 3 ignored\n")
    assert result.stderr == ""


def test_an_ignore_in_a_loop_that_ignores_nothing_is_one_note_with_its_line(file: Path) -> None:
    written(file, looped(ignore(CUTOFF), ignore(UNUSED), ignore(FRIDAY)), Transform="AWS::LanguageExtensions")
    lines = file.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if FRIDAY in text) - 1
    assert checked(file).stderr == (
        f"note: template.json:{line}: {FRIDAY} is ignored, but nothing was found; remove the entry\n"
    )


def test_an_invalid_ignore_in_a_loop_is_refused_with_its_line(file: Path) -> None:
    written(file, looped({"rule": CUTOFF}), Transform="AWS::LanguageExtensions")
    lines = file.read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if CUTOFF in text) - 1
    assert refused(file) == f"template.json:{line}: reason of Ignore must be a string that is not empty, got none"


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ("text", "8: Ignore must be a list of entries with rule and reason, got 'text'"),
        (["text"], "9: an entry of Ignore must be a mapping with the keys rule and reason, got 'text'"),
        (
            [{"rule": CUTOFF, "because": WHY}],
            "9: an entry of Ignore must have no keys but rule and reason, got 'because'",
        ),
        (
            [{"rule": CUTOFF, "Reason": WHY}],
            "9: an entry of Ignore must have no keys but rule and reason, got 'Reason'; did you mean reason?",
        ),
        ([{"rule": CUTOFF}], "9: reason of Ignore must be a string that is not empty, got none"),
        ([ignore(CUTOFF, " ")], "9: reason of Ignore must be a string that is not empty, got ' '"),
        ([{"reason": WHY}], "9: rule of Ignore must be a string that is not empty, got none"),
    ],
)
def test_an_invalid_ignore_is_refused_with_its_line(file: Path, entries: Any, problem: str) -> None:
    written(
        file, {"Late": {"Type": "A::B::C", "Metadata": {"PatchingConstructs": {"Frozen": True, "Ignore": entries}}}}
    )
    assert refused(file) == f"template.json:{problem}"


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("Patching-WindowWithoutTasks", "'Patching-WindowWithoutTasks'; did you mean Patching-WindowWithoutTask?"),
        ("x" * 1000, f"'{'x' * 76}...; list the rules with patching-constructs check --list-rules"),
    ],
)
def test_an_ignored_rule_that_does_not_exist_is_a_note_and_the_other_entries_apply(
    file: Path, rule: str, problem: str
) -> None:
    written(file, {"Late": LATE | ignoring(ignore(CUTOFF), ignore(rule), ignore(UNUSED))})
    result = checked(file)
    line = next(number for number, text in enumerate(file.read_text().splitlines(), 1) if rule in text) - 1
    assert result.stderr == f"note: template.json:{line}: rule of Ignore must be the id of a rule, got {problem}\n"
    assert (result.exit_code, result.stdout) == (0, "1 template, no findings; 2 ignored\n")


def test_many_ignored_rules_that_do_not_exist_are_a_few_notes(file: Path) -> None:
    written(file, FINE, **ignoring(*[ignore(f"Patching-Rule{number}") for number in range(2_000)]))
    notes = checked(file).stderr.splitlines()
    assert (len(notes), notes[-1]) == (6, "note: Ignore has 1995 more with a rule that does not exist")


@pytest.mark.parametrize("key", ["ignore", "Ignores", "Ignored", "Ignoring"])
def test_a_misspelled_ignore_is_refused_with_its_line(file: Path, key: str) -> None:
    written(file, {"Late": LATE | {"Metadata": {"PatchingConstructs": {"Frozen": True, key: []}}}})
    assert refused(file) == f"template.json:15: PatchingConstructs has no such key, got {key!r}; did you mean Ignore?"


@pytest.mark.parametrize(
    "metadata",
    ["text", ["a list"], {"PatchingConstructs": "text"}, {"PatchingConstructs": {"Later": 1}}, {"Fn::If": []}, {}],
)
def test_other_metadata_is_not_read(file: Path, metadata: Any) -> None:
    written(file, {"Late": LATE | {"Metadata": metadata}}, Metadata=metadata)
    assert f"error {CUTOFF}" in reported(checked(file))


def test_many_ignores_take_little_time(file: Path) -> None:
    resources = {
        f"Topic{number}": FINE["Topic"] | ignoring(*[ignore(rule) for rule in (CUTOFF, UNUSED, NAME)])
        for number in range(3_000)
    }
    written(file, resources, **ignoring(*[ignore(CUTOFF)] * 1_000))
    start = time.process_time()
    assert len(checked(file).stderr.splitlines()) == 9_001
    assert time.process_time() - start < 5


# --- Acknowledged in the app --------------------------------------------------------------------------


def with_metadata(cdk_out: Path, stack: str, **constructs: list[tuple[str, Any]]) -> Path:
    """Write the entries of constructs, with / for two underscores in their paths."""
    entries = {
        f"/{path.replace('__', '/')}": [{"type": kind, "data": data} for kind, data in listed]
        for path, listed in constructs.items()
    }
    manifest = json.loads((cdk_out / "manifest.json").read_text(encoding="utf-8"))
    manifest["artifacts"][stack]["metadata"] = entries
    (cdk_out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return cdk_out


def acknowledged(*rules: str) -> tuple[str, Any]:
    return "aws:cdk:acknowledged-rules", dict.fromkeys(rules, WHY)


def is_resource(logical_id: str) -> tuple[str, Any]:
    return "aws:cdk:logicalId", logical_id


TEMPLATE = "aws:cdk:templateFile", "Web.template.json"


@pytest.mark.parametrize("rule", [f"Annotation::{CUTOFF}", f"Patching::{CUTOFF}", CUTOFF])
@pytest.mark.parametrize("place", ["Web", "Web__Nightly", "Web__Nightly__Resource"])
def test_an_acknowledgment_applies_to_the_construct_and_below(tmp_path: Path, place: str, rule: str) -> None:
    cdk_out = assembled(tmp_path / "cdk.out", Web={"Late": LATE}, Db={"Late": LATE})
    constructs: dict[str, list[tuple[str, Any]]] = {
        "Web": [TEMPLATE],
        "Web__Nightly__Resource": [is_resource("Late")],
    }
    constructs[place] = [*constructs.get(place, []), acknowledged(rule, "AwsSolutions::Other"), acknowledged()]
    result = checked(with_metadata(cdk_out, "Web", **constructs))
    assert reported(result) == [f"warning {UNUSED}", f"warning {UNUSED}", f"error {CUTOFF}"]
    assert result.stdout.count("  my-Db/Late\n") == 2
    assert last_line(result).endswith("; 1 acknowledged")


@pytest.mark.parametrize("place", ["Other", "Web__Night", "Web__Nightly__Resource__Below"])
def test_an_acknowledgment_elsewhere_does_not_apply(tmp_path: Path, place: str) -> None:
    cdk_out = assembled(tmp_path / "cdk.out", Web={"Late": LATE})
    constructs = {"Web": [TEMPLATE], "Web__Nightly__Resource": [is_resource("Late")], place: [acknowledged(CUTOFF)]}
    assert f"error {CUTOFF}" in reported(checked(with_metadata(cdk_out, "Web", **constructs)))


def test_an_acknowledgment_of_another_pack_does_not_apply(tmp_path: Path) -> None:
    cdk_out = assembled(tmp_path / "cdk.out", Web={"Late": LATE})
    constructs = {"Web": [TEMPLATE, acknowledged(f"AwsSolutions::{CUTOFF}"), ("aws:cdk:acknowledged-rules", ["odd"])]}
    assert f"error {CUTOFF}" in reported(checked(with_metadata(cdk_out, "Web", **constructs)))


def test_a_resource_without_a_construct_path_belongs_to_its_stack(tmp_path: Path) -> None:
    cdk_out = assembled(tmp_path / "cdk.out", Web={"Late": LATE})
    constructs = {"Prod__Web": [TEMPLATE, acknowledged(CUTOFF, UNUSED)]}
    result = checked(with_metadata(cdk_out, "Web", **constructs))
    assert (result.exit_code, result.stdout) == (0, "1 template, no findings; 2 acknowledged\n")


def test_the_path_in_the_template_is_used(tmp_path: Path) -> None:
    resources = {"Late": LATE | {"Metadata": {"aws:cdk:path": "Web/Nightly/Resource"}}}
    cdk_out = assembled(tmp_path / "cdk.out", Web=resources)
    result = checked(with_metadata(cdk_out, "Web", Web__Nightly=[acknowledged(CUTOFF, UNUSED)]))
    assert (result.exit_code, result.stdout) == (0, "1 template, no findings; 2 acknowledged\n")


def test_what_cdk_nag_writes_into_a_template_applies(file: Path) -> None:
    suppressed = {"rules_to_suppress": [{"id": CUTOFF, "reason": WHY}, {"id": f"Patching::{UNUSED}", "reason": WHY}]}
    written(file, {"Late": LATE | {"Metadata": {"cdk_nag": suppressed}}})
    result = checked(file)
    assert (result.exit_code, result.stdout) == (0, "1 template, no findings; 2 acknowledged\n")


@pytest.mark.parametrize("nag", ["text", {}, {"rules_to_suppress": "text"}, {"rules_to_suppress": ["text"]}])
def test_other_metadata_of_cdk_nag_is_not_read(file: Path, nag: Any) -> None:
    written(file, {"Late": LATE | {"Metadata": {"cdk_nag": nag}}})
    assert f"error {CUTOFF}" in reported(checked(file))


def test_a_finding_without_a_resource_can_be_ignored_but_is_in_no_construct(file: Path) -> None:
    include = {"Name": "AWS::Include", "Parameters": {"Location": "s3://bucket/more.yaml"}}
    written(file, {}, Transform=[include])
    result = checked(file, "--unknown")
    assert reported(result) == ["note Patching-GeneratedResources unknown until deployment"]
    written(file, {}, Transform=[include], **ignoring(ignore("Patching-GeneratedResources")))
    assert checked(file, "--unknown").stdout == "1 template, no findings; 1 ignored\n"


def test_json_counts_both(tmp_path: Path) -> None:
    cdk_out = assembled(tmp_path / "cdk.out", Web={"Late": LATE | ignoring(ignore(UNUSED))})
    result = checked(with_metadata(cdk_out, "Web", Web=[TEMPLATE, acknowledged(CUTOFF)]), "--format", "json")
    summary = json.loads(result.stdout)["summary"]
    assert (summary["ignored"], summary["acknowledged"]) == (1, 1)
