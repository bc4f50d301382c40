"""The AWS-owned documents and their parameters."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs._errors import PatchingError
from patching_constructs.properties._override_url import check_override_url
from patching_constructs.properties.command import (
    BASELINE_OVERRIDE,
    EXECUTION_TIMEOUT,
    HOOKS,
    INSTALL_OVERRIDE_LIST,
    OPERATION,
    PATCH_DOCUMENTS,
    REBOOT_OPTION,
    RUN_PATCH_BASELINE,
    RUN_PATCH_BASELINE_WITH_HOOKS,
    SNAPSHOT_ID,
    PatchOperation,
    RebootOption,
)
from patching_constructs.ssm import limits
from patching_constructs.ssm.documents import Parameter, find_document, known_documents

PLAIN = known_documents()[RUN_PATCH_BASELINE].parameters
WITH_HOOKS = known_documents()[RUN_PATCH_BASELINE_WITH_HOOKS].parameters
EVERY = [(name, each) for name, document in known_documents().items() for each in document.parameters.values()]


def test_there_are_33_documents() -> None:
    assert len(known_documents()) == 33
    assert {each.kind for each in known_documents().values()} == {"Command", "Automation"}


def test_a_document_is_found_by_its_very_name() -> None:
    assert find_document(RUN_PATCH_BASELINE) is known_documents()[RUN_PATCH_BASELINE]
    assert find_document("aws-runpatchbaseline") is None
    assert find_document(None) is None


def test_the_parameters_of_the_patch_documents() -> None:
    both = {OPERATION, REBOOT_OPTION, SNAPSHOT_ID}
    assert set(PLAIN) == both | {BASELINE_OVERRIDE, INSTALL_OVERRIDE_LIST, EXECUTION_TIMEOUT, "AssociationId"}
    assert set(WITH_HOOKS) == both | set(HOOKS.values())


def test_only_the_operation_is_required() -> None:
    for name in PATCH_DOCUMENTS:
        required = [each.name for each in known_documents()[name].parameters.values() if each.required]
        assert required == [OPERATION]


def test_the_literals_are_those_of_the_documents() -> None:
    for parameters in (PLAIN, WITH_HOOKS):
        assert parameters[OPERATION].allowed_values == tuple(PatchOperation)
        assert parameters[REBOOT_OPTION].allowed_values == tuple(RebootOption)


@pytest.mark.parametrize(("document", "parameter"), EVERY, ids=[f"{name} {each.name}" for name, each in EVERY])
def test_a_document_accepts_its_own_default(document: str, parameter: Parameter) -> None:
    assert find_document(document)
    if isinstance(parameter.default, str):
        assert parameter.accepts(parameter.default)
    assert parameter.required is (parameter.default is None)


@pytest.mark.parametrize("name", HOOKS.values())
def test_a_hook_has_3_to_200_characters(name: str) -> None:
    accepted = [length for length in range(1, 300) if WITH_HOOKS[name].accepts("a" * length)]
    assert accepted == list(range(3, 201))


def test_the_execution_timeout_is_a_number_within_the_limits() -> None:
    first, last = limits.EXECUTION_TIMEOUT_SECONDS
    accepted = [number for number in range(-1, 100_000) if PLAIN[EXECUTION_TIMEOUT].accepts(str(number))]
    assert accepted == list(range(first, last + 1))
    assert not PLAIN[EXECUTION_TIMEOUT].accepts("0600")


def test_both_overrides_have_one_pattern() -> None:
    assert PLAIN[BASELINE_OVERRIDE].allowed_pattern == PLAIN[INSTALL_OVERRIDE_LIST].allowed_pattern


PIECES = st.sampled_from(
    [*"ab/ '\"`$\n\v\f\r\t", "//", "s3://", "https://", "\x85", "\u2028", "\u00a0", "ü", "%20", "?a=b"]
)


@given(st.lists(PIECES, max_size=8).map("".join))
def test_an_override_url_is_valid_exactly_if_the_document_accepts_it(rest: str) -> None:
    for url in (rest, f"s3://bucket/{rest}", f"https://host{rest}"):
        try:
            check_override_url("override", url)
        except PatchingError:
            assert not url or not PLAIN[BASELINE_OVERRIDE].accepts(url)
        else:
            assert PLAIN[BASELINE_OVERRIDE].accepts(url)


def test_the_limits_of_a_parameter() -> None:
    script = known_documents()["AWS-RunShellScript"].parameters
    assert script["commands"].min_items == 1
    directory = script["workingDirectory"]
    assert directory.accepts("a" * 4096)
    assert not directory.accepts("a" * 4097)


def test_a_listed_value_is_accepted_in_its_very_case() -> None:
    assert [each for each in ("Scan", "scan", "Install", "") if PLAIN[OPERATION].accepts(each)] == ["Scan", "Install"]


def test_a_value_is_matched_as_a_whole_in_ascii() -> None:
    targets = known_documents()["AWS-ExportPatchReportToS3"].parameters["targets"]
    assert targets.accepts("instanceids=i-0123456789abcdef0")
    assert not targets.accepts("instanceids=i-0123456789abcdef0\n")
    assert not targets.accepts("instanceids=i-ü1234567")


def test_every_pattern_can_be_read() -> None:
    for _, parameter in EVERY:
        if parameter.allowed_pattern is not None:
            assert isinstance(parameter.accepts("x"), bool)
            assert not re.search(r"\\[pPGhHRX]", parameter.allowed_pattern)
