"""Which windows of an account belong to a template, and what cannot be read."""

from pathlib import Path

import pytest

from tests.unit.cli.live.aws import ACCOUNT, RefusedError
from tests.unit.cli.results.account import REGION, Account
from tests.unit.cli.results.running import DAILY, DAYS, HERE, LAST, calendar, document, results, unknown
from tests.unit.cli.results.templates import cdk_out, template

SUCCEEDED = ("succeeded", "")


def has_results(*arguments: str | Path) -> bool:
    return results(*arguments)[LAST] == SUCCEEDED


# --- The window of a schedule -------------------------------------------------------------------------


def test_a_window_that_the_stack_has_created_can_have_any_name(account: Account, nightly: str, tmp_path: Path) -> None:
    account.stacks["Patching"] = {"Install": nightly}
    assert has_results(cdk_out(tmp_path, Install={"Schedule": DAILY}))
    assert has_results(cdk_out(tmp_path, Install={"Schedule": DAILY, "Name": {"Ref": "Name"}}))


def test_the_name_does_not_count_if_the_stack_can_be_read(account: Account, nightly: str, tmp_path: Path) -> None:
    assert nightly
    reason = f"no window of this stack or name is in {HERE}"
    out = cdk_out(tmp_path, nightly={"Schedule": DAILY})
    assert unknown(out) == [reason]
    account.stacks["Patching"] = {}
    assert unknown(out) == [reason]


def test_a_stack_that_cannot_be_read_is_noted_and_names_count(account: Account, nightly: str, tmp_path: Path) -> None:
    assert nightly
    account.errors["ListStackResources"] = [RefusedError("AccessDenied", 403)]
    result = calendar(cdk_out(tmp_path, nightly={"Schedule": DAILY}), "--with-results")
    assert result.stderr == (
        f"note: not read in {REGION} of account {ACCOUNT}: stacks: ListStackResources: AccessDenied: refused\n"
        "note: docs/how-to/past-executions.md lists the permissions\n"
    )
    assert "succeeded" in result.stdout


def test_of_two_windows_with_one_name_none_is_taken(account: Account, nightly: str, tmp_path: Path) -> None:
    other = account.add_window("other", DAILY, Name="nightly")
    assert other != nightly
    assert unknown(template(tmp_path, nightly={"Schedule": DAILY})) == [f"no window of this stack or name is in {HERE}"]


def test_of_two_schedules_with_one_name_none_has_the_window(account: Account, nightly: str, tmp_path: Path) -> None:
    assert account
    assert nightly
    file = template(tmp_path, one={"Schedule": DAILY, "Name": "nightly"}, two={"Schedule": DAILY, "Name": "nightly"})
    assert unknown(file) == ["several windows of the templates have the name of this one"] * 2


def test_a_name_that_is_unknown_until_deployment_is_none(account: Account, nightly: str, tmp_path: Path) -> None:
    assert nightly
    account.add_window("unnamed", DAILY)
    account.windows[nightly].pop("Name")
    file = template(tmp_path, nightly={"Schedule": DAILY, "Name": {"Ref": "Name"}})
    assert unknown(file) == [f"no window of this stack or name is in {HERE}"]


def test_only_the_windows_that_are_shown_are_read(account: Account, nightly: str, tmp_path: Path) -> None:
    other = account.add_window("other", DAILY)
    file = template(tmp_path, nightly={"Schedule": DAILY}, other={"Schedule": DAILY})
    assert has_results(file, "--schedule", "nightly")
    assert [each["WindowId"] for each in account.requests("GetMaintenanceWindow")] == [nightly]
    assert {each["WindowId"] for each in account.requests("DescribeMaintenanceWindowExecutions")} == {nightly}
    assert other in account.windows


# --- Accounts and Regions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [f"aws://{ACCOUNT}/{REGION}", f"aws://unknown-account/{REGION}", "aws://unknown-account/unknown-region"],
)
def test_a_stack_is_read_where_it_is_deployed(account: Account, nightly: str, tmp_path: Path, place: str) -> None:
    account.stacks["Patching"] = {"nightly": nightly}
    assert has_results(cdk_out(tmp_path, place=place, nightly={"Schedule": DAILY}))


def test_another_account_is_not_read(account: Account, nightly: str, tmp_path: Path) -> None:
    account.stacks["Patching"] = {"nightly": nightly}
    out = cdk_out(tmp_path, place=f"aws://999999999999/{REGION}", nightly={"Schedule": DAILY})
    assert unknown(out) == [f"999999999999/{REGION} was not read, only {HERE}"]


def test_a_region_that_is_not_given_is_not_read(account: Account, nightly: str, tmp_path: Path) -> None:
    account.stacks["Patching"] = {"nightly": nightly}
    out = cdk_out(tmp_path, nightly={"Schedule": DAILY})
    reason = f"{HERE} was not read, only {ACCOUNT}/eu-west-1, {ACCOUNT}/eu-west-3"
    assert unknown(out, "--region", "eu-west-1", "--region", "eu-west-3") == [reason]
    assert has_results(out, "--region", "eu-west-1", "--region", REGION)


def test_a_window_of_two_regions_is_unknown(account: Account, nightly: str, tmp_path: Path) -> None:
    assert account
    assert nightly
    file = template(tmp_path, nightly={"Schedule": DAILY})
    reason = f"it can be a window in {HERE} and {ACCOUNT}/eu-west-1"
    assert unknown(file, "--region", REGION, "--region", "eu-west-1", "--region", REGION) == [reason]


def test_an_account_that_is_unknown_can_be_any(
    account: Account, nightly: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.stacks["Patching"] = {"nightly": nightly}
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    out = cdk_out(tmp_path, nightly={"Schedule": DAILY})
    assert has_results(out)
    (place,) = document(out)["results"]["places"]
    assert (place["account"], place["region"]) == (None, REGION)


def test_without_a_schedule_nothing_is_read(account: Account, tmp_path: Path) -> None:
    assert document(template(tmp_path))["results"] == {"places": [], "unknown": []}
    assert account.asked == []


# --- What cannot be read ------------------------------------------------------------------------------


def test_if_no_windows_can_be_read_it_is_an_error(account: Account, tmp_path: Path) -> None:
    account.errors["DescribeMaintenanceWindows"] = [RefusedError("AccessDeniedException")] * 2
    file = template(tmp_path, nightly={"Schedule": DAILY})
    result = calendar(file, "--with-results")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "the results cannot be read: DescribeMaintenanceWindows: AccessDeniedException: refused; "
        "docs/how-to/past-executions.md lists the permissions\n"
    )


def test_a_region_that_cannot_be_read_is_named(account: Account, nightly: str, tmp_path: Path) -> None:
    account.stacks["Patching"] = {"nightly": nightly}
    account.errors["DescribeMaintenanceWindows"] = [RefusedError("AccessDeniedException")]
    out = cdk_out(tmp_path, place=f"aws://{ACCOUNT}/eu-west-1", nightly={"Schedule": DAILY})
    result = calendar(out, "--with-results", "--region", "eu-west-1", "--region", REGION)
    assert result.exit_code == 0
    denied = "DescribeMaintenanceWindows: AccessDeniedException: refused"
    assert f"results unknown: {ACCOUNT}/eu-west-1: {denied}" in result.stdout
    assert f": {denied}\n" in result.stdout
    assert result.stderr == "note: docs/how-to/past-executions.md lists the permissions\n"


def test_no_profile_is_an_error(account: Account, tmp_path: Path) -> None:
    file = template(tmp_path, nightly={"Schedule": DAILY})
    result = calendar(file, "--with-results", "--profile", "nowhere")
    assert (result.exit_code, account.asked) == (2, [])
    assert result.stderr == "the results cannot be read: The config profile (nowhere) could not be found\n"


def test_executions_that_cannot_be_read_are_unknown(account: Account, nightly: str, tmp_path: Path) -> None:
    account.errors["DescribeMaintenanceWindowExecutions"] = [RefusedError("AccessDeniedException")]
    file = template(tmp_path, nightly={"Schedule": DAILY})
    assert unknown(file) == [f"the executions of {nightly} are unknown: they could not be read"]


def test_tasks_that_cannot_be_read_leave_a_success_unknown(account: Account, nightly: str, tmp_path: Path) -> None:
    account.executions[nightly] = account.executions[nightly][:2]
    account.add_execution(nightly, DAYS[2], "FAILED")
    account.errors["DescribeMaintenanceWindowExecutionTasks"] = [RefusedError("AccessDeniedException")] * 3
    denied = "its tasks could not be read: DescribeMaintenanceWindowExecutionTasks: AccessDeniedException: refused"
    found = results(template(tmp_path, nightly={"Schedule": DAILY}))
    assert [found[day] for day in DAYS[:3]] == [("unknown", denied), ("unknown", denied), ("failed", denied)]


def test_when_a_window_was_changed_can_be_unknown(account: Account, nightly: str, tmp_path: Path) -> None:
    account.errors["GetMaintenanceWindow"] = [RefusedError("AccessDeniedException")]
    del account.executions[nightly][3]
    found = results(template(tmp_path, nightly={"Schedule": DAILY}))
    assert found[DAYS[0]] == SUCCEEDED
    assert found[DAYS[3]] == ("unknown", "when the window was created and changed is unknown")


# --- Options ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--region", "eu-west-1"], "--region requires --with-results; add --with-results, or leave --region out"),
        (["--profile", "ops"], "--profile requires --with-results; add --with-results, or leave --profile out"),
        (
            ["--save-results", "f.json"],
            "--save-results requires --with-results; add --with-results, or leave --save-results out",
        ),
        (
            ["--results-from", "f.json"],
            "--results-from requires --with-results; add --with-results, or leave --results-from out",
        ),
        (
            ["--with-results", "--results-from", "f.json", "--profile", "ops"],
            "--profile cannot be used with --results-from, which does not call AWS; leave --profile out",
        ),
        (
            ["--with-results", "--from", "2099-01-01"],
            "--from must be in the past with --with-results, got 2099-01-01T00:00:00+00:00; leave one of them out",
        ),
    ],
)
def test_an_option_has_an_effect(arguments: list[str], message: str, tmp_path: Path) -> None:
    result = calendar(template(tmp_path, nightly={"Schedule": DAILY}), *arguments)
    assert (result.exit_code, result.stderr) == (2, f"{message}\n")
