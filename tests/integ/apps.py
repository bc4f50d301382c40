"""Which apps the emulator can hold, what they need, and why the others are left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.integ.environment import ROOT


@dataclass(frozen=True)
class App:
    """An app that is deployed to the emulator."""

    name: str
    """The name of its file."""
    ssm_parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameters in Parameter Store that exist before the deployment."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameters of its stacks, as `stack:name`. `{vpc}`, `{zone}` and `{subnet}` are those of the emulator."""
    roles: tuple[str, ...] = ()
    """Roles that exist before the deployment."""
    exports: Mapping[str, str] = field(default_factory=dict)
    """Outputs that another stack exports."""

    @property
    def file(self) -> Path:
        return file_of(self.name)


def file_of(name: str) -> Path:
    """Return the file of an app."""
    return ROOT / "app.py" if name == "app" else ROOT / "examples" / f"{name}.py"


def _network(stack: str) -> dict[str, str]:
    return {f"{stack}:Vpc": "{vpc}", f"{stack}:AvailabilityZone": "{zone}", f"{stack}:Subnet": "{subnet}"}


# Any image that the emulator has. It lacks two public parameters, which cannot be created, so the stacks get others.
_IMAGE: Final = "ami-0191d47ba10441f0b"
_UBUNTU: Final = (
    "SsmParameterValueawsservicecanonicalubuntuserver2404stablecurrentamd64hvmebsgp3amiid"
    "C96584B6F00A464EAD1953AFF4B05118Parameter"
)
_WINDOWS: Final = (
    "SsmParameterValueawsserviceamiwindowslatestWindowsServer2022EnglishFullBase"
    "C96584B6F00A464EAD1953AFF4B05118Parameter"
)
_TARGET_GROUP: Final = "arn:aws:elasticloadbalancing:eu-central-1:000000000000:targetgroup/web/0123456789abcdef"
HELD: Final = (
    App("app"),
    App("baseline_override"),
    App("baselines"),
    App("capacity"),
    App("change_calendar"),
    App("checks"),
    App("compliance_report", parameters={"PatchData:BucketName": "central", "PatchData:BucketRegion": "eu-central-1"}),
    App("containers"),
    App("deployment_parameters", ssm_parameters={"/fleet/patch-group": "web"}),
    App("events"),
    App("first_fleet_amazon_linux_2023", parameters=_network("FirstFleetAmazonLinux2023")),
    App(
        "first_fleet_ubuntu",
        ssm_parameters={"/images/ubuntu": _IMAGE},
        parameters=_network("FirstFleetUbuntu") | {f"FirstFleetUbuntu:{_UBUNTU}": "/images/ubuntu"},
    ),
    App(
        "first_fleet_windows",
        ssm_parameters={"/images/windows": _IMAGE},
        parameters=_network("FirstFleetWindows") | {f"FirstFleetWindows:{_WINDOWS}": "/images/windows"},
    ),
    App("fleet", ssm_parameters={"/images/fleet": _IMAGE}, parameters={f"Fleet:{_WINDOWS}": "/images/fleet"}),
    App("fleet_rollout"),
    App("freeze"),
    App("freezes"),
    App("gate"),
    App("hooks"),
    App("hybrid_nodes"),
    App("lifecycle_hooks", roles=("web-nodes",), exports={"WebTargetGroupArn": _TARGET_GROUP}),
    App("logs_and_mail", parameters={"LogsAndMail:Address": "patching@example.com"}),
    App("many_services"),
    App("rollout"),
    App("shared_definition"),
    App("three_environments"),
    App("window_tasks"),
    App("windows_and_linux"),
)
NOT_HELD: Final[Mapping[str, str]] = {
    "monitoring": "the emulator creates AWS Lambda functions only with Docker, and the stack invokes one",
    "organization": "the emulator does not support AWS::CloudFormation::StackSet",
    "quick_setup": "the emulator does not support AWS::SSMQuickSetup::ConfigurationManager",
}
