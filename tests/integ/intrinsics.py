"""The values of intrinsic functions after a deployment to the emulator."""

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from tests.integ.emulator.process import ACCOUNT, REGION, Emulator

PSEUDO_PARAMETERS: Final = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::URLSuffix": "amazonaws.com",
}
_IN_SUB: Final = re.compile(r"\$\{([^}!]+)\}")


class Values:
    """The values of one stack."""

    def __init__(
        self,
        template: Mapping[str, Any],
        physical: Mapping[str, str],
        parameters: Mapping[str, str],
        emulator: Emulator,
    ) -> None:
        self._resources = template["Resources"]
        self._physical = physical
        self._known = {**PSEUDO_PARAMETERS, **parameters, **physical}
        self._emulator = emulator

    def resolved(self, value: Any) -> Any:
        """Return a value of the template with all intrinsic functions replaced."""
        match value:
            case {"Ref": str(name)}:
                return self._known[name]
            case {"Fn::GetAtt": [str(logical_id), str(attribute)]}:
                return self._attribute(logical_id, attribute)
            case {"Fn::Join": [str(separator), parts]}:
                return separator.join(str(part) for part in self.resolved(parts))
            case {"Fn::Base64": text}:
                return b64encode(str(self.resolved(text)).encode()).decode()
            case {"Fn::Sub": str(text)}:
                return _IN_SUB.sub(lambda match: str(self._known[match[1]]), text)
            case {"Fn::ImportValue": str(name)}:
                return self._export(name)
            case dict() if any(name.startswith("Fn::") for name in value):
                raise NotImplementedError(f"{value} is not resolved")
            case dict():
                return {name: self.resolved(each) for name, each in value.items()}
            case list():
                return [self.resolved(each) for each in value]
        return value

    def _export(self, name: str) -> Any:
        exports = self._emulator.client("cloudformation").list_exports()["Exports"]
        return next(export["Value"] for export in exports if export["Name"] == name)

    def _attribute(self, logical_id: str, attribute: str) -> str:
        physical_id = self._physical[logical_id]
        match self._resources[logical_id]["Type"], attribute:
            case "AWS::IAM::Role", "Arn":
                return f"arn:aws:iam::{ACCOUNT}:role/{physical_id}"
            case "AWS::EC2::SecurityGroup", "GroupId":
                return physical_id
            case "AWS::KMS::Key", "Arn":
                return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{physical_id}"
            case "AWS::Logs::LogGroup", "Arn":
                return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{physical_id}:*"
            case "AWS::S3::Bucket", "Arn":
                return f"arn:aws:s3:::{physical_id}"
            case "AWS::SQS::Queue", "Arn":
                return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{physical_id.rpartition('/')[2]}"
        raise NotImplementedError(f"{logical_id}.{attribute} is not resolved")
