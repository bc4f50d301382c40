"""The types of resources that no request is made for, with the reason."""

from typing import Final

_NODES = "a host in an example or test; the library adds only tags and an instance profile to it"

NOT_VALIDATED: Final = {
    "AWS::AutoScaling::AutoScalingGroup": _NODES,
    "AWS::CDK::Metadata": "CloudFormation does not send it to a service",
    "AWS::CloudFormation::Stack": "its template is validated instead",
    "AWS::CloudFormation::WaitCondition": "CloudFormation does not send it to a service",
    "AWS::EC2::Instance": _NODES,
    "AWS::EC2::LaunchTemplate": _NODES,
    "AWS::EC2::SecurityGroup": _NODES,
    "AWS::EKS::Nodegroup": _NODES,
    "Custom::PatchMonitoringRun": "CloudFormation invokes a Lambda function of this project, which has its own tests",
}
