"""A baseline for every operating system, with its supported properties."""

from datetime import timedelta

import aws_cdk as cdk

from patching_constructs import (
    ComplianceLevel,
    OperatingSystem,
    PatchBaseline,
    PatchComplianceStatus,
    PatchFilter,
    PatchGroup,
    PatchRule,
    PatchSource,
    RejectedPatchesAction,
)

app = cdk.App()
stack = cdk.Stack(app, "Baselines")
web = PatchGroup("web")
WEEK = timedelta(days=7)


def baseline(
    system: OperatingSystem, *rules: PatchRule, approved: str, rejected: str, sources: tuple[PatchSource, ...] = ()
) -> None:
    """Create a baseline with the security patches of AWS's predefined baseline, and more rules."""
    PatchBaseline(
        stack,
        system.name,
        operating_system=system,
        rules=[PatchRule.security_patches(system, compliance_level=ComplianceLevel.CRITICAL), *rules],
        approved_patches=[approved],
        approved_patches_compliance_level=ComplianceLevel.HIGH,
        approved_patches_enable_non_security=system.is_linux,
        rejected_patches=[rejected],
        rejected_patches_action=RejectedPatchesAction.BLOCK,
        global_filters=[PatchFilter.product("*")],
        sources=sources,
        patch_groups=[web],
        default_baseline=True,
        description=f"Security first, on {system}",
    )


# --- Windows: two severities, and Microsoft applications ----------------------------------------------

PatchBaseline(
    stack,
    "WINDOWS",
    operating_system=OperatingSystem.WINDOWS,
    rules=[
        PatchRule.security_patches(OperatingSystem.WINDOWS, after=timedelta(days=3)),
        PatchRule.approve_after(
            timedelta(days=14),
            PatchFilter.patch_set("APPLICATION"),
            PatchFilter.product("Office 2016", "Office 2019"),
            PatchFilter.classification("SecurityUpdates", "UpdateRollups"),
            PatchFilter.msrc_severity("Critical", "Important", "Moderate"),
            compliance_level=ComplianceLevel.MEDIUM,
        ),
    ],
    approved_patches=["KB5034441"],
    approved_patches_compliance_level=ComplianceLevel.HIGH,
    rejected_patches=["KB5012170"],
    rejected_patches_action=RejectedPatchesAction.BLOCK,
    global_filters=[PatchFilter.product_family("Windows", "Office")],
    patch_groups=[web],
    default_baseline=True,
    available_security_updates_compliance_status=PatchComplianceStatus.NON_COMPLIANT,
    description="Security after three days, Office after two weeks",
    baseline_name="windows-security",
)

# --- RPM systems: security, and bug fixes a week later ------------------------------------------------

bugfixes = PatchRule.approve_after(
    2 * WEEK,
    PatchFilter.classification("Bugfix"),
    compliance_level=ComplianceLevel.LOW,
    enable_non_security=True,
)
internal = PatchSource(
    name="internal",
    products=("*",),
    configuration="[internal]\nname=Internal\nbaseurl=https://repo.example.com/el\nenabled=1",
)
for system in (
    OperatingSystem.AMAZON_LINUX,
    OperatingSystem.AMAZON_LINUX_2,
    OperatingSystem.AMAZON_LINUX_2022,
    OperatingSystem.AMAZON_LINUX_2023,
    OperatingSystem.REDHAT_ENTERPRISE_LINUX,
    OperatingSystem.ORACLE_LINUX,
    OperatingSystem.ROCKY_LINUX,
    OperatingSystem.ALMA_LINUX,
):
    baseline(system, bugfixes, approved="ca-certificates*", rejected="kernel-debug*", sources=(internal,))
recommended = PatchRule.approve_after(2 * WEEK, PatchFilter.classification("Recommended"))
baseline(OperatingSystem.SUSE, recommended, approved="ca-certificates*", rejected="kernel-debug*", sources=(internal,))
# All patches after a week; the predefined baseline for CentOS also approves all patches.
baseline(
    OperatingSystem.CENTOS,
    PatchRule.all_patches(OperatingSystem.CENTOS),
    approved="ca-certificates*",
    rejected="kernel-debug*",
)

# --- Debian-based systems: no delay, because of unreliable release dates -------------------------------

network = PatchRule.approve_after(timedelta(0), PatchFilter.section("net"), PatchFilter.priority("*"))
archive = PatchSource(name="internal", products=("*",), configuration="deb https://apt.example.com stable main")
for system in (OperatingSystem.UBUNTU, OperatingSystem.DEBIAN, OperatingSystem.RASPBIAN):
    baseline(system, network, approved="ca-certificates", rejected="telnet", sources=(archive,))

# --- macOS --------------------------------------------------------------------------------------------

baseline(
    OperatingSystem.MACOS,
    PatchRule.all_patches(OperatingSystem.MACOS, after=4 * WEEK),
    approved="Safari*",
    rejected="XProtect*",
)
app.synth()
