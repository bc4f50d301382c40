"""The other resources of Systems Manager: baselines, documents, associations, data syncs, parameters."""

import json
from collections.abc import Iterator

from tests.api_model.mappings.registry import Created, rename, requests_of
from tests.api_model.model import Request


@requests_of("AWS::SSM::PatchBaseline")
def baseline(created: Created) -> Iterator[Request]:
    groups, is_default = created.take("PatchGroups", []), created.take("DefaultBaseline", default=False)
    yield Request("ssm", "CreatePatchBaseline", created.rest())
    for group in groups:
        given = {"BaselineId": created.ref, "PatchGroup": group}
        yield Request("ssm", "RegisterPatchBaselineForPatchGroup", given)
    if is_default:
        yield Request("ssm", "RegisterDefaultPatchBaseline", {"BaselineId": created.ref})


@requests_of("AWS::SSM::Document")
def document(created: Created) -> Iterator[Request]:
    created.take("UpdateMethod")  # for CloudFormation: whether an update replaces the document
    content = created.take("Content")
    text = content if isinstance(content, str) else json.dumps(content)
    yield Request("ssm", "CreateDocument", {"Name": created.name, "Content": text} | created.rest())


@requests_of("AWS::SSM::Association")
def association(created: Created) -> Iterator[Request]:
    created.take("WaitForSuccessTimeoutSeconds")  # for CloudFormation: how long it waits
    yield Request("ssm", "CreateAssociation", created.rest())


@requests_of("AWS::SSM::ResourceDataSync")
def data_sync(created: Created) -> Iterator[Request]:
    names = {"BucketPrefix": "Prefix", "BucketRegion": "Region", "KMSKeyArn": "AWSKMSKeyARN"}
    # The destination of the first version of the type, beside the other properties.
    flat = created.take_some("BucketName", "BucketPrefix", "BucketRegion", "KMSKeyArn", "SyncFormat")
    given = created.rest()
    if destination := flat or given.get("S3Destination"):
        given["S3Destination"] = rename(destination, **names)
    yield Request("ssm", "CreateResourceDataSync", given)


@requests_of("AWS::SSM::Parameter")
def parameter(created: Created) -> Iterator[Request]:
    tags = [{"Key": key, "Value": value} for key, value in created.take("Tags", {}).items()]
    given = {"Name": created.name} | created.rest()
    yield Request("ssm", "PutParameter", given | ({"Tags": tags} if tags else {}))
