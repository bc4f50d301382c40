"""The parameters of a patch policy: schedules, targets and output.

https://docs.aws.amazon.com/quick-setup/latest/APIReference/API_ConfigurationDefinitionInput.html
"""

from typing import Final

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_type
from patching_constructs.properties.output import CommandOutput
from patching_constructs.properties.targets import PatchTarget
from patching_constructs.schedule._rule import At, Rate
from patching_constructs.schedule.expression import ScheduleExpression
from patching_constructs.ssm.target_keys import EVERY_NODE, INSTANCE_IDS, TAG

Parameters = dict[str, str]
_SCHEDULE_FIX: Final = "write ScheduleExpression.daily(hour=...) or another factory"
_UTC: Final = "UTC"


def schedule_text(what: str, schedule: ScheduleExpression) -> str:
    """Return a schedule as a patch policy takes it: a cron in UTC.

    Raises:
        PatchingError: it is no cron, or has a time zone or an offset, which a patch policy does not have.
    """
    check_type(what, schedule, ScheduleExpression, _SCHEDULE_FIX)
    if isinstance(schedule.rule, Rate | At):
        raise refusal(what, "must be a cron in a patch policy", repr(str(schedule)), _SCHEDULE_FIX)
    if schedule.schedule_offset is not None:
        fix = "use a window, a PatchSchedule"
        raise refusal(what, "cannot have an offset in a patch policy", f"{schedule.schedule_offset} days", fix)
    if schedule.time_zone not in (None, _UTC):
        fix = "leave the time zone out and write the time in UTC, or use a window, a PatchSchedule"
        raise refusal(what, "must be in UTC in a patch policy", repr(schedule.time_zone), fix)
    return str(schedule)


def target_parameters(target: PatchTarget | None) -> Parameters:
    """Return the parameters of a target; None is every node.

    Raises:
        PatchingError: a patch policy cannot select these nodes.
    """
    if target is None:
        return {"TargetType": EVERY_NODE}
    check_type("target", target, PatchTarget, "write PatchTarget.tag(key, value), or None for every node")
    if target.group_of_all_types is not None:
        return {"TargetType": "ResourceGroups", "ResourceGroupName": target.group_of_all_types}
    match [(each.key, each.values) for each in target.filters]:
        case [(key, ids)] if key == INSTANCE_IDS:
            return {"TargetType": INSTANCE_IDS, "TargetInstances": ",".join(ids)}
        case [(key, [value])] if key.startswith(TAG):
            return {"TargetType": "Tags", "TargetTagKey": key.removeprefix(TAG), "TargetTagValue": value}
    got = " and ".join(f"{each.key}={','.join(each.values)}" for each in target.filters)
    rule = "must be one value of one tag, instance ids, or a resource group in a patch policy"
    raise refusal("target", rule, got if not is_unresolved(got) else "a token", "use several patch policies")


def output_parameters(output: CommandOutput | None) -> Parameters:
    """Return the parameters of the output; None writes it nowhere.

    Raises:
        PatchingError: it is a log group, or has none of the right type.
    """
    if output is None:
        return {"OutputLogEnableS3": "false"}
    check_type("output", output, CommandOutput)
    if output.bucket is None or output.log_group is not None:
        raise refusal("output", "must be a bucket in a patch policy", "a log group", "use CommandOutput(bucket=...)")
    found = {
        "OutputLogEnableS3": "true",
        "OutputS3BucketName": output.bucket.bucket_ref.bucket_name,
        "OutputBucketRegion": output.bucket.env.region,
    }
    return found | ({} if output.key_prefix is None else {"OutputS3KeyPrefix": output.key_prefix})
