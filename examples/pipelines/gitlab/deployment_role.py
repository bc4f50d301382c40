"""The role that the pipeline deploys with, for an administrator to deploy once.

cdk deploy --app "python deployment_role.py" --context subject=project_path:GROUP/PROJECT:ref_type:branch:ref:main

The subject is what GitLab writes into the token of a job of the protected branch.
"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

HOST = "gitlab.com"
AUDIENCE = "https://gitlab.com"

app = cdk.App()
subject = app.node.try_get_context("subject")
if not subject:
    raise SystemExit(
        "Specify which jobs can assume the role: --context subject=project_path:GROUP/PROJECT:ref_type:branch:ref:main"
    )
stack = cdk.Stack(app, "GitLabDeployment")
# An account has one provider for each host. If it is there, use iam.OidcProviderNative.from_oidc_provider_arn.
provider = iam.OidcProviderNative(stack, "GitLab", url=f"https://{HOST}", client_ids=[AUDIENCE])
trust = {"StringEquals": {f"{HOST}:sub": subject, f"{HOST}:aud": AUDIENCE}}
role = iam.Role(stack, "Deployment", assumed_by=iam.WebIdentityPrincipal(provider.oidc_provider_arn, trust))
# The roles of `cdk bootstrap`, which deploy: the pipeline has no permission of its own.
bootstrap = [
    f"arn:{cdk.Aws.PARTITION}:iam::{cdk.Aws.ACCOUNT_ID}:role/cdk-hnb659fds-{name}-role-{cdk.Aws.ACCOUNT_ID}-{cdk.Aws.REGION}"
    for name in ("deploy", "file-publishing", "image-publishing", "lookup")
]
role.add_to_policy(iam.PolicyStatement(actions=["sts:AssumeRole"], resources=bootstrap))
cdk.CfnOutput(stack, "RoleArn", value=role.role_arn, description="The variable AWS_ROLE_ARN of the environment.")
app.synth()
