"""What Athena requires of SQL and the engine of the tests does not.

https://docs.aws.amazon.com/athena/latest/ug/functions.html
https://trino.io/docs/current/sql/select.html
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from tests.unit.compliance_report.athena import definition_of

# All of them are functions of Trino.
FUNCTIONS = {
    *("coalesce", "nullif", "upper", "lower", "try", "try_cast", "cast"),
    *("regexp_extract", "regexp_like", "from_iso8601_timestamp", "date_diff"),
    *("count", "max", "min"),
}
# Keywords that can be followed by a parenthesis.
KEYWORDS = {"as", "in", "from", "using", "filter", "and", "or"}


def statements(template: Any) -> Iterator[tuple[str, str]]:
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        match resource["Type"]:
            case "AWS::Athena::NamedQuery":
                yield properties["Name"], properties["QueryString"]
            case "AWS::Glue::Table" if properties["TableInput"]["TableType"] == "VIRTUAL_VIEW":
                yield properties["TableInput"]["Name"], definition_of(properties["TableInput"])["originalSql"]
            case "AWS::Scheduler::Schedule":
                before, reference, after = properties["Target"]["Input"]["Fn::Join"][1]
                yield "history", json.loads(f"{before}{reference['Ref']}{after}")["QueryString"]
            case _:
                pass


@pytest.fixture(scope="session")
def parsed(template: Any) -> dict[str, exp.Expr]:
    return {name: sqlglot.parse_one(sql, read="athena") for name, sql in statements(template)}


def test_every_statement_is_here(parsed: dict[str, exp.Expr]) -> None:
    assert len(parsed) == 5 + 5 + 1


def test_columns_of_using_have_no_qualifier(parsed: dict[str, exp.Expr]) -> None:
    for name, tree in parsed.items():
        for select in tree.find_all(exp.Select):
            joins = select.args.get("joins") or []
            shared = {column.name for join in joins for column in join.args.get("using") or []}
            own = [column for column in select.find_all(exp.Column) if column.parent_select is select]
            assert [column.sql() for column in own if column.table and column.name in shared] == [], name


def test_no_group_is_named_by_an_alias(parsed: dict[str, exp.Expr]) -> None:
    for name, tree in parsed.items():
        for select in tree.find_all(exp.Select):
            aliases = {each.alias for each in select.expressions if isinstance(each, exp.Alias)}
            group = select.args.get("group")
            grouped = [each.sql() for each in group.expressions] if group else []
            assert aliases.isdisjoint(grouped), name


def test_only_functions_of_both_engines(template: Any) -> None:
    for name, sql in statements(template):
        code = re.sub(r"'[^']*'|--[^\n]*", "", sql)
        assert {each.lower() for each in re.findall(r"\b(\w+)\s*\(", code)} <= FUNCTIONS | KEYWORDS, name


def test_no_definition_exceeds_the_limit_of_the_catalog(template: Any) -> None:
    # https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
    tables = [each for each in template["Resources"].values() if each["Type"] == "AWS::Glue::Table"]
    inputs = [each["Properties"]["TableInput"] for each in tables]
    assert all(len(each.get("ViewOriginalText", "")) <= 409_600 for each in inputs)
    assert all(len(each.get("Description", "")) <= 2_048 for each in inputs)
