"""The template of a PatchOrganization, tested as docs/how-to/organization.md shows it."""

import json
from pathlib import Path

import aws_cdk as cdk
from aws_cdk.assertions import Template

from patching_constructs import (
    PatchOperation,
    PatchOrganization,
    PatchSchedule,
    PatchTarget,
    ScheduleExpression,
)


def template_of(organization: PatchOrganization, app: cdk.App) -> Template:
    """Synthesize the app, and return the template that the StackSet deploys."""
    file = Path(app.synth().directory) / organization.template_file
    return Template.from_json(json.loads(file.read_text(encoding="utf-8")))


def test_each_account_and_region_scans_at_its_own_night() -> None:
    app = cdk.App()
    organization = PatchOrganization(
        cdk.Stack(app, "PatchAdministration"),
        "Patching",
        organizational_units=["ou-ab12-11112222"],
        regions={"eu-central-1": "Europe/Berlin", "us-east-1": "America/New_York"},
    )
    PatchSchedule(
        organization,
        "Scan",
        schedule=ScheduleExpression.daily(hour=22, time_zone=organization.time_zone),
        targets=[PatchTarget.tag("Patch", "weekly")],
        operation=PatchOperation.SCAN,
    )

    template = template_of(organization, app)

    zone = {"Fn::FindInMap": ["TimeZones", {"Ref": "AWS::Region"}, "TimeZone"]}
    template.has_resource_properties("AWS::SSM::MaintenanceWindow", {"ScheduleTimezone": zone})
    template.has_mapping("TimeZones", {"us-east-1": {"TimeZone": "America/New_York"}})
