"""Whatever schedules and baselines accept is valid in the service model.

``tests/unit/window_tasks/test_laws.py`` does the same for windows with other tasks.
"""

from contextlib import suppress

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template
from constructs import Construct
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from patching_constructs import PatchingError
from tests.api_model.validator import validate
from tests.unit.checks.test_shared_truth import DRAWN, Drawn

# Without shrinking: the violation names the request, and synthesizing again and again takes minutes.
properties = settings(
    derandomize=True,
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.proves("PatchSchedule", "api-model")
@pytest.mark.proves("PatchBaseline", "api-model")
@given(st.lists(DRAWN, min_size=4, max_size=12))
@properties
def test_schedules_and_baselines_are_valid(drawn: Drawn) -> None:
    stack = cdk.Stack(cdk.App(), "Stack")
    for number, (make_one, given_properties) in enumerate(drawn):
        with suppress(PatchingError):
            make_one(Construct(stack, f"Thing{number}"), given_properties)
    # The strategies refer to parameters with these names, whose values are unknown.
    cdk.CfnParameter(stack, "Text")
    cdk.CfnParameter(stack, "Number", type="Number")
    assert validate(Template.from_stack(stack).to_json()).problems == []
