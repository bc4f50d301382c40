"""Amazon Athena for the tables, views and queries of a template: DuckDB, with the SQL of Trino translated by sqlglot.

The JSON SerDe is imitated: keys in any case, every value as a string, and a row without values for what is not JSON.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

Row = dict[str, Any]
# The types of Trino and of Hive, and those of DuckDB.
TYPES = {
    "varchar": "VARCHAR",
    "string": "VARCHAR",
    "bigint": "BIGINT",
    "timestamp(3)": "TIMESTAMP",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
}


class Athena:
    """An engine with the catalog of a template."""

    def __init__(self, template: Mapping[str, Any], folder: Path, now: datetime) -> None:
        self._now = now
        self._folder = folder
        self._resources: Mapping[str, Any] = template["Resources"]
        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'")
        inputs = [each["Properties"]["TableInput"] for each in self._of("AWS::Glue::Table")]
        self._tables = [each for each in inputs if each["TableType"] == "EXTERNAL_TABLE"]
        self.views = [each for each in inputs if each["TableType"] == "VIRTUAL_VIEW"]
        for table in self._tables:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in columns_of(table).items())
            self._connection.execute(f'CREATE TABLE {table["Name"]} ({columns}, "$path" VARCHAR)')
        self.read()
        self._create_views()

    @property
    def now(self) -> datetime:
        """The current time of queries."""
        return self._now

    @now.setter
    def now(self, now: datetime) -> None:
        self._now = now
        self._create_views()

    def read(self) -> None:
        """Read the files of the folder again."""
        for table in self._tables:
            if "json" in table["StorageDescriptor"]["SerdeInfo"]["SerializationLibrary"]:
                self._load(table)

    def _create_views(self) -> None:
        for view in self.views:
            sql = self._translated(definition_of(view)["originalSql"])
            self._connection.execute(f"CREATE OR REPLACE VIEW {view['Name']} AS {sql}")

    def described(self, view: str) -> dict[str, str]:
        rows = self._connection.execute(f"DESCRIBE {view}").fetchall()
        return {row[0]: row[1] for row in rows}

    def select(self, sql: str) -> list[Row]:
        cursor = self._connection.execute(self._translated(sql))
        names = [each[0] for each in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def saved_query(self, name: str) -> list[Row]:
        queries = [each["Properties"] for each in self._of("AWS::Athena::NamedQuery")]
        (query,) = [each for each in queries if each["Name"] == name]
        return self.select(query["QueryString"])

    def record(self) -> None:
        """Run the query of the schedule."""
        (schedule,) = self._of("AWS::Scheduler::Schedule")
        statement = json.loads(_text(schedule["Properties"]["Target"]["Input"]))["QueryString"]
        inserted = self._translated(statement).replace("INSERT INTO compliance_history", "")
        names = ", ".join(columns_of(next(each for each in self._tables if each["Name"] == "compliance_history")))
        self._connection.execute(f"INSERT INTO compliance_history ({names}) {inserted}")

    def _of(self, kind: str) -> Iterator[Mapping[str, Any]]:
        return (each for each in self._resources.values() if each["Type"] == kind)

    def _translated(self, sql: str) -> str:
        """Return the SQL for DuckDB, at the time of the test."""
        (tree,) = sqlglot.parse(sql, read="trino")
        assert tree is not None
        return tree.transform(self._at_the_time).sql(dialect="duckdb")

    def _at_the_time(self, node: exp.Expr) -> exp.Expr:
        utc = self.now.astimezone(UTC)
        if isinstance(node, exp.CurrentTimestamp):
            return sqlglot.parse_one(f"CAST('{utc.isoformat()}' AS TIMESTAMPTZ)", read="duckdb")
        if isinstance(node, exp.CurrentDate):
            return sqlglot.parse_one(f"CAST('{utc.date()}' AS DATE)", read="duckdb")
        return node

    def _load(self, table: Mapping[str, Any]) -> None:
        columns = list(columns_of(table))
        location = _text(table["StorageDescriptor"]["Location"])
        rows = [
            [*(record.get(column) for column in columns), f"{location}{file.relative_to(root).as_posix()}"]
            for root in [self._folder / location.partition("://")[2].partition("/")[2]]
            for file in sorted(root.rglob("*"))
            if file.is_file()
            for record in _records(file)
        ]
        self._connection.execute(f"DELETE FROM {table['Name']}")
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            self._connection.executemany(f"INSERT INTO {table['Name']} VALUES ({marks})", rows)


def columns_of(table: Mapping[str, Any]) -> dict[str, str]:
    """Return the columns of a table or view in the catalog, with the types of DuckDB."""
    return {each["Name"]: TYPES[each["Type"]] for each in table["StorageDescriptor"]["Columns"]}


def definition_of(view: Mapping[str, Any]) -> Any:
    """Return the definition of a view, which Trino reads."""
    text = view["ViewOriginalText"]
    assert text.startswith("/* Presto View: ")
    assert text.endswith(" */")
    return json.loads(base64.b64decode(text.removeprefix("/* Presto View: ").removesuffix(" */")))


def _records(file: Path) -> Iterator[dict[str, str | None]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            yield {}
            continue
        yield {key.lower(): value if value is None else str(value) for key, value in record.items()}


def _text(value: object) -> str:
    """Return a text of a template, with the logical id in place of a reference."""
    match value:
        case str():
            return value
        case {"Fn::Join": ["", list(parts)]}:
            return "".join(map(_text, parts))
        case {"Ref": str(name)}:
            return name
        case _:
            raise AssertionError(value)
