"""The views and queries of a `PatchComplianceReport`: SQL files for Amazon Athena, with the types of their columns.

A view in the Glue Data Catalog is a table with a definition of Trino, on which Athena is based. AWS documents only
``CREATE VIEW``, which CloudFormation cannot run; the definition is what that statement writes.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from patching_constructs.ssm.inventory import ATTRIBUTES, ITEM_ATTRIBUTES, InventoryType

_FOLDER: Final = Path(__file__).with_name("compliance_sql")

_NODE: Final = "account_id region node_id"
_SUMMARY_COUNTS: Final = "missing_count failed_count rejected_count pending_reboot_count"
# The types of the columns, in the order of the columns.
_VIEWS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "nodes": (
            (f"{_NODE} computer_name platform_type platform_name platform_version agent_version", "varchar"),
            ("node_state patch_group baseline_id operation reboot_option", "varchar"),
            ("scanned_at", "timestamp(3)"),
            ("compliance", "varchar"),
            (f"installed_count installed_other_count {_SUMMARY_COUNTS} critical_non_compliant_count", "bigint"),
            ("security_non_compliant_count other_non_compliant_count non_compliant_patch_count", "bigint"),
        ),
        "patches": (
            (f"{_NODE} patch_group patch_id title classification vendor_severity compliance_level", "varchar"),
            ("state status baseline_id cve_ids", "varchar"),
            ("installed_at scanned_at", "timestamp(3)"),
        ),
        "node_tags": ((f"{_NODE} tag_key tag_value", "varchar"),),
        "non_compliant_nodes": (
            (f"{_NODE} computer_name platform_name node_state patch_group", "varchar"),
            ("scanned_at", "timestamp(3)"),
            (f"{_SUMMARY_COUNTS} non_compliant_patch_count", "bigint"),
            ("non_compliant_since", "date"),
            ("non_compliant_days", "bigint"),
        ),
        "non_compliant_patches": (
            (f"{_NODE} patch_group patch_id title classification vendor_severity compliance_level", "varchar"),
            ("state cve_ids", "varchar"),
            ("installed_at scanned_at", "timestamp(3)"),
            ("first_seen_on", "date"),
            ("seen_days", "bigint"),
        ),
    }
)
_HIVE_TYPES: Final = {"varchar": "string", "timestamp(3)": "timestamp"}

HISTORY_TABLE: Final = "compliance_history"
HISTORY_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "recorded_on": "date",
        **dict.fromkeys(f"{_NODE} patch_group compliance patch_id state compliance_level".split(), "varchar"),
    }
)

# The names of the saved queries, which the console of Athena shows.
QUERIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "non_compliant_by_group_and_age": "Non-compliant nodes by patch group and age",
        "pending_reboots": "Pending reboots",
        "oldest_missing_critical_patches": "Oldest missing critical patches",
        "nodes_without_evidence": "Nodes without evidence",
        "compliance_by_day": "Compliance by day",
    }
)


@dataclass(frozen=True, slots=True)
class View:
    """A view of Athena."""

    name: str
    description: str
    sql: str
    columns: Mapping[str, str]
    """The type of each column in Trino, by its name."""

    def definition(self, database: str) -> str:
        """Return the definition of the view in a database, in the form in which Trino stores it."""
        definition = {
            "originalSql": self.sql,
            "catalog": "awsdatacatalog",
            "schema": database,
            "columns": [{"name": name, "type": kind} for name, kind in self.columns.items()],
        }
        return f"/* Presto View: {b64encode(json.dumps(definition).encode()).decode()} */"


@dataclass(frozen=True, slots=True)
class Statement:
    """A SQL file: its comment, and the statement after it."""

    description: str
    sql: str

    @classmethod
    def of(cls, name: str) -> Self:
        """Read a file by its name without the suffix."""
        lines = next(_FOLDER.rglob(f"{name}.sql")).read_text(encoding="utf-8").splitlines()
        comment = list(takewhile(lambda line: line.startswith("-- "), lines))
        words = " ".join(line.removeprefix("-- ") for line in comment)
        return cls(words, "\n".join(lines[len(comment) :]))


def views(evidence_hours: int) -> Iterator[View]:
    """Return the views; one can refer to those before it.

    Args:
        evidence_hours: for how long the result of a patching operation is evidence.
    """
    for name, parts in _VIEWS.items():
        statement = Statement.of(name)
        sql = statement.sql.replace("{evidence_hours}", str(evidence_hours))
        columns = {column: kind for names, kind in parts for column in names.split()}
        yield View(name, statement.description, sql, columns)


def hive_columns(columns: Mapping[str, str]) -> list[Mapping[str, str]]:
    """Return columns for the Glue Data Catalog, which has the type names of Hive."""
    return [{"name": name, "type": _HIVE_TYPES.get(kind, kind)} for name, kind in columns.items()]


def table_of(kind: InventoryType) -> str:
    """Return the name of the table of a type, as AWS names it: ``aws_patchsummary``."""
    return kind.lower().replace(":", "_")


def inventory_columns(kind: InventoryType) -> Mapping[str, str]:
    """Return the columns of the table of a type: the sync writes every value as a string."""
    return {name.lower(): "varchar" for name in (*ITEM_ATTRIBUTES, *ATTRIBUTES[kind])}
