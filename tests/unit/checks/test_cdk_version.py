"""Which aws-cdk-lib the library works with: the constructs with an older one than the nag pack."""

from importlib import metadata

import pytest
from constructs import Construct

import patching_constructs
from patching_constructs.checks._cdk_version import check_cdk_version
from tests.refusals import refused

CDK = tuple(map(int, metadata.version("aws-cdk-lib").split(".")[:2]))


@pytest.mark.parametrize("version", ["2.273.9", "2.244.0", "1.300.0"])
def test_an_older_cdk_is_refused_by_the_nag_pack(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(metadata, "version", {"aws-cdk-lib": version}.__getitem__)
    assert refused(check_cdk_version) == (
        f"PatchingChecks requires aws-cdk-lib 2.274 or later, got {version}; "
        "run pip install --upgrade 'patching-constructs[nag]'"
    )


@pytest.mark.parametrize("version", ["2.274.0", "2.1000.1", "3.0.0"])
def test_a_newer_cdk_is_taken(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setattr(metadata, "version", {"aws-cdk-lib": version}.__getitem__)
    check_cdk_version()


@pytest.mark.skipif(CDK >= (2, 274), reason="make test-lowest runs it, with an older CDK")
def test_the_pack_is_refused_and_the_constructs_are_not() -> None:
    with pytest.raises(
        AttributeError, match=r"'PatchingChecks': PatchingChecks requires aws-cdk-lib 2\.274 or later, "
    ):
        _ = patching_constructs.PatchingChecks
    assert "PatchingChecks" not in patching_constructs.__all__
    assert issubclass(patching_constructs.PatchSchedule, Construct)
