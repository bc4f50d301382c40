"""Lambda functions, and the log groups that they write to."""

from collections.abc import Iterator

from tests.api_model.mappings.registry import Created, as_map, requests_of
from tests.api_model.model import Request


@requests_of("AWS::Lambda::Function")
def function(created: Created) -> Iterator[Request]:
    code = created.take("Code")
    if "ZipFile" in code:
        code = code | {"ZipFile": code["ZipFile"].encode()}
    tags = {"Tags": as_map(created.take("Tags", []))}
    yield Request("lambda", "CreateFunction", {"FunctionName": created.name, "Code": code} | created.rest() | tags)


@requests_of("AWS::Lambda::Permission")
def permission(created: Created) -> Iterator[Request]:
    yield Request("lambda", "AddPermission", {"StatementId": created.name} | created.rest())


@requests_of("AWS::Lambda::EventInvokeConfig")
def event_invoke_config(created: Created) -> Iterator[Request]:
    yield Request("lambda", "PutFunctionEventInvokeConfig", created.rest())


@requests_of("AWS::Logs::LogGroup")
def log_group(created: Created) -> Iterator[Request]:
    name, days = {"logGroupName": created.name}, created.take("RetentionInDays")
    created.take("LogGroupName")
    tags = {"tags": as_map(created.take("Tags"))} if "Tags" in created.properties else {}
    renamed = {"KmsKeyId": "kmsKeyId", "LogGroupClass": "logGroupClass"}
    yield Request("logs", "CreateLogGroup", name | created.rest(**renamed) | tags)
    if days is not None:
        yield Request("logs", "PutRetentionPolicy", name | {"retentionInDays": days})
