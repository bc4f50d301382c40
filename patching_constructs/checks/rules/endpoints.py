"""Rules for VPC endpoints: nodes read the baseline snapshot and the patching code from buckets of AWS."""

from collections.abc import Iterator
from typing import Final

from patching_constructs.checks.context import Context
from patching_constructs.checks.rule import GUIDE, rule
from patching_constructs.checks.severity import Severity
from patching_constructs.checks.violation import Outcome, Violation
from patching_constructs.template.endpoints import Endpoint
from patching_constructs.template.value import UnknownError

# The names continue with the Region and, in some Regions, with a suffix.
_NEEDED: Final = {
    "patch-baseline-snapshot-<region>": ["patch-baseline-snapshot-"],
    "aws-ssm-<region> or aws-patch-manager-<region>": ["aws-ssm-", "aws-patch-manager-"],
}


@rule(
    "EndpointPolicy",
    Severity.WARNING,
    of="endpoints",
    fix="Allow s3:GetObject on the buckets of AWS that SSM Agent reads.",
    page=f"{GUIDE}ssm-agent-technical-details.html",
)
def endpoint_policy(endpoint: Endpoint, deployment: Context) -> Iterator[Outcome]:
    """The policy of an Amazon S3 endpoint should allow nodes to read the buckets that patching requires."""
    if not deployment.has_patching or not endpoint.is_for_s3 or not endpoint.policy.is_given:
        return
    missing: list[str] = []
    unknown: UnknownError | None = None
    for name, prefixes in _NEEDED.items():
        try:
            missing += [name] if endpoint.shuts_out(prefixes) else []
        except UnknownError as error:
            unknown = error
    if unknown is not None and not missing:
        raise unknown
    if missing:
        buckets = " and on ".join(missing)
        problem = f"The policy does not allow s3:GetObject on {buckets}, which nodes with this endpoint require."
        yield Violation(endpoint.policy, problem)
