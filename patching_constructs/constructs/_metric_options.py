"""The options of metrics, as `aws_cdk.aws_cloudwatch` takes them."""

from datetime import timedelta
from typing import Final

from aws_cdk import Duration

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_type
from patching_constructs.properties._durations import Length, length_in_seconds

# A period that is longer than a minute is a number of whole minutes:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html
_PERIODS: Final = (timedelta(minutes=1), timedelta(days=1))
_MINUTE: Final = 60


def checked_period(period: Length, label: str | None, color: str | None) -> Duration:
    """Return the period of a metric, after a check of all options.

    Raises:
        PatchingError: an option has another type, or the period is a token or not a number of whole minutes.
    """
    for name, text in (("label", label), ("color", color)):
        if text is not None:
            check_type(name, text, str)
    seconds = length_in_seconds("period", period, _PERIODS, "seconds")
    if is_unresolved(seconds):
        raise refusal("period", "must be known at synthesis, because the CDK requires it", "a token")
    if seconds % _MINUTE:
        raise refusal("period", "must be in whole minutes", f"{seconds:.10g} s")
    return Duration.seconds(seconds)
