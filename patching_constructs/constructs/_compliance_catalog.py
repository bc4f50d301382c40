"""The tables and views of a `PatchComplianceReport` in the Glue Data Catalog, and its saved queries.

https://docs.aws.amazon.com/athena/latest/ug/tables-location-format.html
https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
"""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Aws
from aws_cdk.aws_athena import CfnNamedQuery, CfnWorkGroup
from aws_cdk.aws_glue import CfnDatabase, CfnTable
from constructs import Construct

from patching_constructs.constructs._compliance_views import (
    HISTORY_COLUMNS,
    HISTORY_TABLE,
    QUERIES,
    Statement,
    hive_columns,
    inventory_columns,
    table_of,
    views,
)
from patching_constructs.ssm.inventory import InventoryType

_JSON: Final = {
    "inputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "outputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "serdeInfo": {
        "serializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
        # A file that is not JSON is a row without values: the service writes a test file into the bucket. The views
        # leave out rows of files with other keys, and the row of a damaged file is missing evidence.
        "parameters": {"ignore.malformed.json": "true"},
    },
}
_PARQUET: Final = {
    "inputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "outputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "serdeInfo": {"serializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}

TABLES: Final = (
    *(table_of(kind) for kind in InventoryType),
    HISTORY_TABLE,
    *(view.name for view in views(evidence_hours=1)),
)
"""The names of all tables and views."""


def create_tables(scope: Construct, database: CfnDatabase, data: str, history: str) -> None:
    """Create the tables.

    They have no partitions: a table reads all objects below its location, so that no account and no Region has to be
    added to it, and the views take both from the key of the object.

    Args:
        scope: the construct that they belong to.
        database: their database.
        data: the location of the files of the syncs.
        history: the location of the files of the history.
    """
    for kind in InventoryType:
        storage = {"columns": hive_columns(inventory_columns(kind)), "location": f"{data}{kind}/", **_JSON}
        _external_table(scope, database, table_of(kind), storage)
    storage = {"columns": hive_columns(HISTORY_COLUMNS), "location": history, **_PARQUET}
    _external_table(scope, database, HISTORY_TABLE, storage)


def create_views(scope: Construct, database: CfnDatabase, database_name: str, evidence_hours: int) -> None:
    """Create the views.

    Args:
        scope: the construct that they belong to.
        database: their database.
        database_name: the name of the database, which is a part of their definition.
        evidence_hours: for how long the result of a patching operation is evidence.
    """
    for view in views(evidence_hours):
        properties = {
            "tableType": "VIRTUAL_VIEW",
            "description": view.description,
            # Athena recognizes its own views by the parameters.
            "parameters": {"presto_view": "true", "comment": "Presto View"},
            "storageDescriptor": {"columns": hive_columns(view.columns), "location": "", "serdeInfo": {}},
            "viewOriginalText": view.definition(database_name),
            "viewExpandedText": "/* Presto View */",
        }
        _table(scope, database, view.name, properties)


def create_queries(scope: Construct, database: CfnDatabase, work_group: CfnWorkGroup) -> Mapping[str, CfnNamedQuery]:
    """Create the saved queries, and return them by the names of their files."""
    statements = {name: Statement.of(name) for name in QUERIES}
    return {
        name: CfnNamedQuery(
            scope,
            name,
            name=QUERIES[name],
            description=statement.description,
            database=database.ref,
            query_string=statement.sql,
            work_group=work_group.ref,
        )
        for name, statement in statements.items()
    }


def _external_table(scope: Construct, database: CfnDatabase, name: str, storage: Mapping[str, object]) -> None:
    properties = {"tableType": "EXTERNAL_TABLE", "parameters": {"EXTERNAL": "TRUE"}, "storageDescriptor": storage}
    _table(scope, database, name, properties)


def _table(scope: Construct, database: CfnDatabase, name: str, properties: Mapping[str, object]) -> None:
    CfnTable(
        scope,
        name,
        catalog_id=Aws.ACCOUNT_ID,
        database_name=database.ref,
        table_input={"name": name, **properties},
    )
