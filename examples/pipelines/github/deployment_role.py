"""The role that the workflow deploys with, for an administrator to deploy once.

cdk deploy --app "python deployment_role.py" --context subject=repo:OWNER/REPOSITORY:environment:production

The subject is what GitHub writes into the token of a job of the environment. A repository created since 15 July 2026
has ids in it: ``repo:OWNER@ID/REPOSITORY@ID:environment:production``.
"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

HOST = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"

app = cdk.App()
subject = app.node.try_get_context("subject")
if not subject:
    raise SystemExit(
        "Specify which jobs can assume the role: --context subject=repo:OWNER/REPOSITORY:environment:production"
    )
stack = cdk.Stack(app, "GitHubDeployment")
# An account has one provider for each host. If it is there, use iam.OidcProviderNative.from_oidc_provider_arn.
provider = iam.OidcProviderNative(stack, "GitHub", url=f"https://{HOST}", client_ids=[AUDIENCE])
trust = {"StringEquals": {f"{HOST}:sub": subject, f"{HOST}:aud": AUDIENCE}}
role = iam.Role(stack, "Deployment", assumed_by=iam.WebIdentityPrincipal(provider.oidc_provider_arn, trust))
# The roles of `cdk bootstrap`, which deploy: the workflow has no permission of its own.
bootstrap = [
    f"arn:{cdk.Aws.PARTITION}:iam::{cdk.Aws.ACCOUNT_ID}:role/cdk-hnb659fds-{name}-role-{cdk.Aws.ACCOUNT_ID}-{cdk.Aws.REGION}"
    for name in ("deploy", "file-publishing", "image-publishing", "lookup")
]
role.add_to_policy(iam.PolicyStatement(actions=["sts:AssumeRole"], resources=bootstrap))
cdk.CfnOutput(stack, "RoleArn", value=role.role_arn, description="The variable AWS_ROLE_ARN of the environment.")
app.synth()
