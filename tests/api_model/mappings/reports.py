"""What a compliance report consists of: tables of Glue, queries of Athena, a rule of Config."""

import json
from collections.abc import Iterator

from tests.api_model.mappings.registry import Created, requests_of
from tests.api_model.model import Request


@requests_of("AWS::Glue::Database")
def database(created: Created) -> Iterator[Request]:
    yield Request("glue", "CreateDatabase", created.rest())


@requests_of("AWS::Glue::Table")
def table(created: Created) -> Iterator[Request]:
    yield Request("glue", "CreateTable", created.rest())


@requests_of("AWS::Athena::WorkGroup")
def work_group(created: Created) -> Iterator[Request]:
    created.take("RecursiveDeleteOption")  # for CloudFormation: what the deletion of the resource deletes
    yield Request("athena", "CreateWorkGroup", created.rest(WorkGroupConfiguration="Configuration"))


@requests_of("AWS::Athena::NamedQuery")
def named_query(created: Created) -> Iterator[Request]:
    yield Request("athena", "CreateNamedQuery", created.rest())


@requests_of("AWS::Config::ConfigRule")
def config_rule(created: Created) -> Iterator[Request]:
    parameters = created.take("InputParameters")
    given = {"ConfigRuleName": created.name} | created.rest()
    if parameters is not None:
        given["InputParameters"] = json.dumps(parameters)
    yield Request("config", "PutConfigRule", {"ConfigRule": given})
