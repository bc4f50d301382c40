"""Send a mail if an execution is not successful or a window is disabled, and let the team on call stop the patching."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from patching_constructs import DayOfWeek, PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression, WindowState

app = cdk.App()
stack = cdk.Stack(app, "Events")

# EventBridge cannot publish to a topic that is encrypted with the key that AWS manages.
key = kms.Key(stack, "TopicKey", enable_key_rotation=True)
topic = sns.Topic(stack, "PatchNews", master_key=key, enforce_ssl=True)

schedule = PatchSchedule(
    stack,
    "WeeklyInstall",
    schedule=ScheduleExpression.weekly(DayOfWeek.SUNDAY, hour=3, time_zone="Europe/Berlin"),
    targets=[PatchTarget.patch_group("web")],
    operation=PatchOperation.INSTALL,
    window_name="web-weekly-install",
)

window, status = (events.EventField.from_path(f"$.detail.{name}") for name in ("window-id", "status"))
mail = targets.SnsTopic(topic, message=events.RuleTargetInput.from_text(f"The window {window} of web is {status}"))
schedule.events.on_unsuccessful("Unsuccessful", target=mail, description="An execution failed or was skipped")
schedule.events.on_state_change("Disabled", states=[WindowState.DISABLED], target=mail)

on_call = iam.Role(stack, "OnCall", assumed_by=iam.AccountRootPrincipal())
schedule.grants.update(on_call)
schedule.grants.cancel_executions(on_call)
app.synth()
