"""The configuration file of a repository: ignores and severities."""

from pathlib import Path

import pytest

from tests.unit.cli.commands.checking import (
    CUTOFF,
    EARLY,
    FRIDAY,
    LATE,
    UNUSED,
    checked,
    last_line,
    refused,
    reported,
    written,
)

IGNORE_UNUSED = f"""
[[ignore]]
rule = "{UNUSED}"
reason = "a script registers the tasks"
"""
BOTH = [f"warning {UNUSED}", f"error {CUTOFF}"]
LATE_ONLY = [f"error {CUTOFF}"]


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    for name in ("web/late.json", "db/late.json"):
        written(tmp_path / name, {"Late": LATE})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(text: str, file: str = ".patching-constructs.toml") -> Path:
    Path(file).write_text(text, encoding="utf-8")
    return Path(file)


def in_pyproject(text: str) -> str:
    return text.replace("[[", "[[tool.patching-constructs.")


# --- Where it is --------------------------------------------------------------------------------------


def test_without_a_configuration_nothing_is_ignored() -> None:
    assert reported(checked("web/late.json")) == BOTH


def test_the_file_of_the_tool() -> None:
    configure(IGNORE_UNUSED)
    result = checked("web/late.json")
    assert reported(result) == LATE_ONLY
    assert last_line(result).endswith("; 1 ignored")


def test_the_table_in_pyproject() -> None:
    configure(in_pyproject(IGNORE_UNUSED), "pyproject.toml")
    assert reported(checked("web/late.json")) == LATE_ONLY


@pytest.mark.parametrize("content", ["", "tool = 1", "[tool.other]"])
def test_a_pyproject_without_the_table_is_passed_over(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    configure(IGNORE_UNUSED)
    configure(content, "web/pyproject.toml")
    monkeypatch.chdir("web")
    assert reported(checked("late.json")) == LATE_ONLY


def test_the_nearest_one_up_to_the_root_of_the_repository_is_used(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(IGNORE_UNUSED)
    monkeypatch.chdir("web")
    assert reported(checked("late.json")) == LATE_ONLY
    configure("")
    assert reported(checked("late.json")) == BOTH
    Path(".patching-constructs.toml").unlink()
    # The root of a repository is not passed, be it a directory or the file of a worktree.
    (repository / "web" / ".git").write_text("gitdir: elsewhere", encoding="utf-8")
    assert reported(checked("late.json")) == BOTH


def test_outside_of_a_repository_only_the_directory_itself_is_searched(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / ".git").rmdir()
    configure(IGNORE_UNUSED)
    assert reported(checked("web/late.json")) == LATE_ONLY
    monkeypatch.chdir("web")
    assert reported(checked("late.json")) == BOTH


def test_two_configurations_in_one_directory_are_refused() -> None:
    configure(IGNORE_UNUSED)
    configure(in_pyproject(IGNORE_UNUSED), "pyproject.toml")
    assert refused("web/late.json") == (
        f"{Path.cwd() / '.patching-constructs.toml'}: pyproject.toml beside it has [tool.patching-constructs] too; "
        "keep one of the two configurations"
    )


@pytest.mark.parametrize("name", ["other.toml", "web/pyproject.toml"])
def test_a_configuration_is_named(name: str) -> None:
    configure(in_pyproject(IGNORE_UNUSED) if "pyproject" in name else IGNORE_UNUSED, name)
    configure("", ".patching-constructs.toml")
    assert reported(checked("web/late.json", "--config", name)) == LATE_ONLY


def test_the_configuration_is_not_read() -> None:
    configure("invalid")
    assert reported(checked("web/late.json", "--no-config")) == BOTH


def test_no_config_cannot_be_used_with_config() -> None:
    assert refused("web/late.json", "--config", "a.toml", "--no-config") == (
        "--config cannot be used with --no-config; leave one of them out"
    )


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("missing.toml", None, "missing.toml: cannot be read: No such file or directory"),
        (
            "broken.toml",
            "a b",
            "broken.toml:1: it is not valid TOML: Expected '=' after a key in a key/value pair, in column 3",
        ),
        ("end.toml", "a =", "end.toml: it is not valid TOML: Invalid value (at end of document)"),
        ("deep.toml", "a = " + "[" * 10_000, "deep.toml: it is not valid TOML: it is nested too deeply"),
        ("web/pyproject.toml", "[tool.other]", "web/pyproject.toml: it has no table [tool.patching-constructs]"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(name: str, content: str | None, problem: str) -> None:
    if content is not None:
        configure(content, name)
    assert refused("web/late.json", "--config", name).startswith(problem)


@pytest.mark.parametrize("name", ["patching_constructs", "Patching-Constructs", "patchingconstructs"])
def test_a_table_of_a_similar_name_is_refused(name: str) -> None:
    file = configure(f"[tool.{name}.severities]\n", "pyproject.toml")
    assert refused("web/late.json") == (
        f"{file.resolve()}: the table must be [tool.patching-constructs], got [tool.{name}]; rename it"
    )


@pytest.mark.parametrize("name", ["patching-constructs.toml", ".patching_constructs.toml"])
def test_a_file_of_a_similar_name_is_refused(name: str) -> None:
    file = configure(IGNORE_UNUSED, name)
    assert refused("web/late.json") == (
        f"{file.resolve()}: the configuration must be named .patching-constructs.toml; rename the file"
    )


@pytest.mark.parametrize("table", ["tool.patching-constructs", "patching-constructs"])
def test_the_table_of_pyproject_in_the_file_of_the_tool_is_refused(table: str) -> None:
    file = configure(f"[{table}.severities]\n")
    assert refused("web/late.json") == (
        f"{file.resolve()}: the whole file is the configuration; write its keys without a table "
        "[tool.patching-constructs]"
    )


# --- Ignores ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("restriction", "ignored"),
    [
        ('path = "web/*"', ["web"]),
        ('path = "*/late.json"', ["db", "web"]),
        ('path = "late.json"', []),
        ('logical-id = "Late"', ["db", "web"]),
        ('logical-id = "Later"', []),
        ('logical-id = "Late"\npath = "db/*"', ["db"]),
    ],
)
def test_an_ignore_can_be_restricted_to_files_and_resources(restriction: str, ignored: list[str]) -> None:
    configure(IGNORE_UNUSED + restriction)
    for name in ("db", "web"):
        assert (reported(checked(f"{name}/late.json")) == LATE_ONLY) is (name in ignored)


def test_paths_are_from_the_directory_of_the_configuration(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(IGNORE_UNUSED + 'path = "web/*"')
    monkeypatch.chdir("web")
    assert reported(checked("late.json")) == LATE_ONLY
    assert reported(checked(repository / "db" / "late.json")) == BOTH


def test_a_file_elsewhere_has_its_whole_path(repository: Path) -> None:
    configure(IGNORE_UNUSED + f'path = "{repository.as_posix()}/web/*"', "db/other.toml")
    assert reported(checked("web/late.json", "--config", "db/other.toml")) == LATE_ONLY


def test_an_ignore_of_the_configuration_that_ignores_nothing_here_is_no_note() -> None:
    configure(IGNORE_UNUSED + 'path = "other/*"')
    assert checked("web/late.json").stderr == ""


# --- Severities ---------------------------------------------------------------------------------------


def test_severities_are_configured() -> None:
    written(Path("web/late.json"), {"Late": LATE, "Early": EARLY})
    configure(f'[severities]\n{UNUSED} = "note"\n{CUTOFF} = "warning"\n{FRIDAY} = "error"')
    result = checked("web/late.json")
    assert reported(result) == [f"warning {CUTOFF}", f"error {FRIDAY}"]
    assert last_line(result).endswith("; 2 below warning")


# --- Invalid configurations ----------------------------------------------------------------------------------

RULE, REASON = f'rule = "{UNUSED}"\n', 'reason = "known"\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "ignores = []",
            "the configuration must have no keys but ignore and severities, got 'ignores'; did you mean ignore?",
        ),
        ("zzz = 1", "the configuration must have no keys but ignore and severities, got 'zzz'"),
        (
            "[ignore]\n" + RULE,
            f"ignore must be an array of tables, got {{'rule': '{UNUSED}'}}; write [[ignore]]",
        ),
        ('severities = "none"', "severities must be a table, got 'none'"),
        ("[[ignore]]\n" + RULE, "ignore[0].reason must be a string that is not empty, got none"),
        (
            "[[ignore]]\n" + REASON + 'rule = "Patching-WindowWithoutTasks"',
            "ignore[0].rule must be the id of a rule, got 'Patching-WindowWithoutTasks'; "
            "did you mean Patching-WindowWithoutTask?",
        ),
        (
            "[[ignore]]\n" + RULE + REASON + 'logical_id = "Late"',
            "ignore[0] must have no keys but rule, reason, path and logical-id, got 'logical_id'; "
            "did you mean logical-id?",
        ),
        (
            "[[ignore]]\n" + RULE + REASON + "path = 1",
            "ignore[0].path must be a string that is not empty, got 1",
        ),
        (
            "[severities]\nPatching-WindowWithoutTasks = 'note'",
            "a key of severities must be the id of a rule, got 'Patching-WindowWithoutTasks'; "
            "did you mean Patching-WindowWithoutTask?",
        ),
        (
            f"[severities]\n{UNUSED} = 'fatal'",
            f"severities.{UNUSED} must be one of error, warning, note, got 'fatal'",
        ),
        (
            f"[severities]\n{UNUSED} = ['note']",
            f"severities.{UNUSED} must be one of error, warning, note, got ['note']",
        ),
    ],
)
def test_an_invalid_configuration_is_refused(text: str, problem: str) -> None:
    problem = problem.replace("", "")
    assert refused("web/late.json", "--config", configure(text)) == f".patching-constructs.toml: {problem}"


def test_in_pyproject_a_key_has_its_table() -> None:
    file = configure("[tool.patching-constructs]\nignores = []", "pyproject.toml")
    assert refused("web/late.json") == (
        f"{file.resolve()}: tool.patching-constructs must have no keys but ignore and severities, got 'ignores'; "
        "did you mean ignore?"
    )
    configure("[[tool.patching-constructs.ignore]]\n" + RULE, "pyproject.toml")
    assert refused("web/late.json") == (
        f"{file.resolve()}: tool.patching-constructs.ignore[0].reason must be a string that is not empty, got none"
    )
