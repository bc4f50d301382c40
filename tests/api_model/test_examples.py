"""Every request that the deployment of an example sends is valid in the service model."""

from pathlib import Path
from typing import Any

import pytest

from tests.api_model.examples import EXAMPLES, templates_of
from tests.api_model.validator import validate
from tests.proof.evidence import Evidence
from tests.proof.features import proves_example


def case_of(example: Path) -> Any:
    """Return an example, with the marks of what its test shows."""
    return pytest.param(example, marks=proves_example(example, Evidence.API_MODEL), id=example.stem)


@pytest.mark.parametrize("example", [case_of(each) for each in EXAMPLES])
def test_every_request_of_an_example_is_valid(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = {name: validate(template) for name, template in templates_of(example, tmp_path, monkeypatch).items()}
    assert results
    assert {name: each.problems for name, each in results.items() if each.problems} == {}
    assert [name for name, each in results.items() if not each.requests] == []
