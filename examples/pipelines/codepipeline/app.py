"""A pipeline that synthesizes, checks and deploys the patching, and updates itself.

An administrator deploys it once with `cdk deploy Pipeline`; afterward it runs for every push.
"""

import aws_cdk as cdk
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_iam as iam
from aws_cdk import pipelines

from patching_constructs import PatchOperation, PatchSchedule, PatchTarget, ScheduleExpression

REPOSITORY = "OWNER/REPOSITORY"
CONNECTION = "arn:aws:codeconnections:eu-central-1:111122223333:connection/00000000-0000-0000-0000-000000000000"
ENVIRONMENT = cdk.Environment(account="111122223333", region="eu-central-1")
INSTALL = ["pip install --requirement requirements.txt", "npm ci --ignore-scripts"]

app = cdk.App()

production = cdk.Stage(app, "Production", env=ENVIRONMENT)
patching = cdk.Stack(production, "Patching")
web = [PatchTarget.patch_group("web")]
nightly = ScheduleExpression.daily(hour=22, time_zone="Europe/Berlin")
monthly = ScheduleExpression.patch_tuesday(days_after=5, hour=4, time_zone="Europe/Berlin")
PatchSchedule(patching, "NightlyScan", schedule=nightly, targets=web, operation=PatchOperation.SCAN)
PatchSchedule(patching, "MonthlyInstall", schedule=monthly, targets=web, operation=PatchOperation.INSTALL)

stack = cdk.Stack(app, "Pipeline", env=ENVIRONMENT)
# The CDK grants the action only with the earlier prefix, codestar-connections, which must match that of the connection:
# https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
use_connection = iam.PolicyStatement(actions=["codeconnections:UseConnection"], resources=[CONNECTION])
# A complete clone, because ci/compare.sh synthesizes the revision before the push too.
source = pipelines.CodePipelineSource.connection(
    REPOSITORY, "main", connection_arn=CONNECTION, code_build_clone_output=True
)
synthesize = pipelines.ShellStep(
    "Synthesize",
    input=source,
    commands=[*INSTALL, "npx cdk synth --quiet"],
    primary_output_directory="cdk.out",
)
check = pipelines.CodeBuildStep(
    "Check",
    input=source,
    additional_inputs={"cdk.out": synthesize},
    commands=[
        *INSTALL,
        "patching-constructs calendar",
        "ci/compare.sh HEAD^1 diff.md && cat diff.md",
        "patching-constructs check --format junit --output patching.xml || test $? = 1",
        "patching-constructs check",
    ],
    role_policy_statements=[use_connection],
    # The findings as a test report, also if the step fails.
    partial_build_spec=codebuild.BuildSpec.from_object(
        {"reports": {"findings": {"files": ["patching.xml"], "file-format": "JUNITXML"}}}
    ),
)
approve = pipelines.ManualApprovalStep("Approve", comment="Read what changes, in the log of Check.")
approve.add_step_dependency(check)

pipeline = pipelines.CodePipeline(
    stack,
    "Pipeline",
    synth=synthesize,
    # As in package.json.
    cli_version="2.1148.1",
    use_pipeline_role_for_actions=True,
    synth_code_build_defaults=pipelines.CodeBuildOptions(role_policy=[use_connection]),
    code_build_defaults=pipelines.CodeBuildOptions(
        partial_build_spec=codebuild.BuildSpec.from_object(
            {"phases": {"install": {"runtime-versions": {"python": "3.12"}}}}
        )
    ),
)
pipeline.add_stage(production, pre=[check, approve])
pipeline.build_pipeline()
pipeline.pipeline.add_to_role_policy(use_connection)
app.synth()
