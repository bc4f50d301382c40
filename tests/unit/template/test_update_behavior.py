"""Which properties replace a resource, compared with the schemas that cfn-lint contains."""

import pytest

from patching_constructs.template.runbooks import DOCUMENT
from patching_constructs.template.update_behavior import (
    PERHAPS_REPLACING,
    REPLACING,
    VERSIONED,
    Replacement,
    replacement_of,
)
from tests.unit.description.properties import RESOURCES, names


@pytest.mark.parametrize("kind", REPLACING)
def test_the_table_is_that_of_the_schema(kind: str) -> None:
    assert REPLACING[kind] == names(kind, "createOnlyProperties")
    assert PERHAPS_REPLACING.get(kind, frozenset()) == names(kind, "conditionalCreateOnlyProperties")


def test_every_described_type_is_in_the_table() -> None:
    assert REPLACING.keys() == RESOURCES.keys()
    assert PERHAPS_REPLACING.keys() <= REPLACING.keys()


def test_a_document_has_a_new_version_or_is_replaced() -> None:
    changes = ("Content.mainSteps", "VersionName", "Requires.1", "Name")
    assert [replacement_of(DOCUMENT, each, update_method="NewVersion") for each in changes] == [
        Replacement.NO,
        Replacement.NO,
        Replacement.PERHAPS,
        Replacement.YES,
    ]
    assert replacement_of(DOCUMENT, "Content", update_method="Replace") is Replacement.PERHAPS
    assert not VERSIONED - PERHAPS_REPLACING[DOCUMENT]


@pytest.mark.parametrize(
    ("kind", "name", "replacement"),
    [
        ("AWS::SSM::MaintenanceWindow", "Schedule", Replacement.NO),
        ("AWS::SSM::MaintenanceWindowTask", "TaskType", Replacement.YES),
        ("AWS::SSM::MaintenanceWindowTask", "TaskArn", Replacement.NO),
        ("AWS::SSM::Document", "Content.mainSteps", Replacement.PERHAPS),
        ("AWS::SSMQuickSetup::ConfigurationManager", "ConfigurationDefinitions.2.Type", Replacement.YES),
        ("AWS::SSMQuickSetup::ConfigurationManager", "ConfigurationDefinitions.2.Parameters.Type", Replacement.NO),
        ("AWS::S3::Bucket", "BucketName", Replacement.NO),
    ],
)
def test_the_replacement_of_a_property(kind: str, name: str, replacement: Replacement) -> None:
    assert replacement_of(kind, name) is replacement
