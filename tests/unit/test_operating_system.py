"""What each operating system's baselines may say."""

import pytest
from aws_cdk import Token
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs import OperatingSystem
from patching_constructs.operating_system import (
    EVERY_VALUE,
    FilterKey,
    OperatingSystemFamily,
    check_filter_key,
    check_filter_value,
    check_one_system_knows,
    is_known_product,
    is_known_value,
    published_values,
)
from tests.refusals import refused

TOKEN = Token.as_string({"Ref": "Value"})
SYSTEMS = st.sampled_from(OperatingSystem)
KNOWN = [(system, key) for system in OperatingSystem for key in system.filter_keys]
UNKNOWN = [(system, key) for system in OperatingSystem for key in FilterKey if key not in system.filter_keys]
PUBLISHED = [
    (system, key, value)
    for system in OperatingSystem
    for key, published in published_values(system).items()
    for value in published.values
]


def test_there_are_fifteen_systems_of_four_families() -> None:
    assert len(OperatingSystem) == 15
    families = {family: [each for each in OperatingSystem if each.family is family] for family in OperatingSystemFamily}
    assert families == {
        "WINDOWS": ["WINDOWS"],
        "RPM": [
            "AMAZON_LINUX",
            "AMAZON_LINUX_2",
            "AMAZON_LINUX_2022",
            "AMAZON_LINUX_2023",
            "REDHAT_ENTERPRISE_LINUX",
            "SUSE",
            "CENTOS",
            "ORACLE_LINUX",
            "ROCKY_LINUX",
            "ALMA_LINUX",
        ],
        "DEBIAN": ["UBUNTU", "DEBIAN", "RASPBIAN"],
        "MACOS": ["MACOS"],
    }


def test_the_keys_of_the_families() -> None:
    assert {family: each.filter_keys for each in OperatingSystem for family in [each.family]} == {
        "WINDOWS": ("PATCH_SET", "PRODUCT", "PRODUCT_FAMILY", "CLASSIFICATION", "MSRC_SEVERITY"),
        "RPM": ("PRODUCT", "CLASSIFICATION", "SEVERITY"),
        "DEBIAN": ("PRODUCT", "PRIORITY", "SECTION"),
        "MACOS": ("PRODUCT", "CLASSIFICATION"),
    }


def test_settings_of_the_families() -> None:
    assert [each for each in OperatingSystem if not each.is_linux] == ["WINDOWS", "MACOS"]
    assert [each for each in OperatingSystem if not each.has_release_dates] == ["UBUNTU", "DEBIAN", "RASPBIAN"]


@pytest.mark.parametrize("known", KNOWN)
def test_every_key_of_a_system_is_accepted(known: tuple[OperatingSystem, FilterKey]) -> None:
    check_filter_key("rules", *known)


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_every_other_key_is_refused_with_those_that_are_known(unknown: tuple[OperatingSystem, FilterKey]) -> None:
    system, key = unknown
    message = refused(lambda: check_filter_key("rules", system, key))
    assert message.startswith(f"rules must be by {', '.join(system.filter_keys)} on {system}, got {key}")


@pytest.mark.parametrize("published", PUBLISHED)
def test_every_published_value_is_accepted(published: tuple[OperatingSystem, FilterKey, str]) -> None:
    check_filter_value("rules", *published)
    assert is_known_value(*published)


@pytest.mark.parametrize("published", PUBLISHED)
def test_every_published_value_in_the_wrong_case_gets_the_right_one(
    published: tuple[OperatingSystem, FilterKey, str],
) -> None:
    system, key, value = published
    message = refused(lambda: check_filter_value("rules", system, key, value.swapcase()))
    assert message.endswith(f"got {value.swapcase()!r}; write {value!r}")


@given(st.sampled_from(KNOWN), st.text(min_size=1, max_size=64))
def test_any_value_is_known_or_warned_of_or_refused(known: tuple[OperatingSystem, FilterKey], value: str) -> None:
    system, key = known
    published = published_values(system).get(key)
    if published and published.complete and not is_known_value(system, key, value):
        assert refused(lambda: check_filter_value("rules", system, key, value))


@pytest.mark.parametrize("known", KNOWN)
def test_every_value_and_a_token_are_known(known: tuple[OperatingSystem, FilterKey]) -> None:
    for value in (EVERY_VALUE, TOKEN):
        check_filter_value("rules", *known, value)
        assert is_known_value(*known, value)


MISTAKES = {
    "MSRC severity on Ubuntu": (
        (OperatingSystem.UBUNTU, FilterKey.MSRC_SEVERITY),
        "rules must be by PRODUCT, PRIORITY, SECTION on UBUNTU, got MSRC_SEVERITY; "
        "there, use PatchFilter.priority(...)",
    ),
    "severity on Windows": (
        (OperatingSystem.WINDOWS, FilterKey.SEVERITY),
        "rules must be by PATCH_SET, PRODUCT, PRODUCT_FAMILY, CLASSIFICATION, MSRC_SEVERITY on WINDOWS, got SEVERITY; "
        "there, use PatchFilter.msrc_severity(...)",
    ),
    "priority on Rocky Linux": (
        (OperatingSystem.ROCKY_LINUX, FilterKey.PRIORITY),
        "rules must be by PRODUCT, CLASSIFICATION, SEVERITY on ROCKY_LINUX, got PRIORITY; "
        "there, use PatchFilter.severity(...)",
    ),
    "severity on macOS": (
        (OperatingSystem.MACOS, FilterKey.SEVERITY),
        "rules must be by PRODUCT, CLASSIFICATION on MACOS, got SEVERITY",
    ),
    "section on SUSE": (
        (OperatingSystem.SUSE, FilterKey.SECTION),
        "rules must be by PRODUCT, CLASSIFICATION, SEVERITY on SUSE, got SECTION",
    ),
}


@pytest.mark.parametrize(("asked", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_refusal_of_a_key(asked: tuple[OperatingSystem, FilterKey], message: str) -> None:
    assert refused(lambda: check_filter_key("rules", *asked)) == message


SLIPS = {
    "a Linux word on Windows": (
        (OperatingSystem.WINDOWS, FilterKey.CLASSIFICATION, "Security"),
        "rules CLASSIFICATION must be one of CriticalUpdates, DefinitionUpdates, Drivers, FeaturePacks, "
        "SecurityUpdates, ServicePacks, Tools, UpdateRollups, Updates, Upgrades on WINDOWS, got 'Security'; "
        "write 'SecurityUpdates'",
    ),
    "a Windows word on Linux": (
        (OperatingSystem.AMAZON_LINUX_2023, FilterKey.CLASSIFICATION, "SecurityUpdates"),
        "rules CLASSIFICATION must be one of Security, Bugfix, Enhancement, Recommended, Newpackage on "
        "AMAZON_LINUX_2023, got 'SecurityUpdates'; write 'Security'",
    ),
    "a slip in a severity": (
        (OperatingSystem.REDHAT_ENTERPRISE_LINUX, FilterKey.SEVERITY, "Importent"),
        "rules SEVERITY must be one of Critical, Important, Moderate, Medium, Low on REDHAT_ENTERPRISE_LINUX, got "
        "'Importent'; write 'Important'",
    ),
    "no priority at all": (
        (OperatingSystem.DEBIAN, FilterKey.PRIORITY, "urgent!"),
        "rules PRIORITY must be one of Required, Important, Standard, Optional, Extra on DEBIAN, got 'urgent!'",
    ),
    "no patch set": (
        (OperatingSystem.WINDOWS, FilterKey.PATCH_SET, "APPS"),
        "rules PATCH_SET must be one of OS, APPLICATION on WINDOWS, got 'APPS'",
    ),
}


@pytest.mark.parametrize(("asked", "message"), SLIPS.values(), ids=SLIPS.keys())
def test_refusal_of_a_value(asked: tuple[OperatingSystem, FilterKey, str], message: str) -> None:
    assert refused(lambda: check_filter_value("rules", *asked)) == message


def test_a_value_that_resembles_none_is_unknown_where_no_list_is_complete() -> None:
    unheard = (OperatingSystem.MACOS, FilterKey.CLASSIFICATION, "Recommended")
    check_filter_value("rules", *unheard)
    assert not is_known_value(*unheard)


PRODUCTS = {
    "WINDOWS": [
        "WindowsServer2022",
        "WindowsServer2012R2",
        "Windows10LTSB",
        "Windows8.1",
        "Windows Defender",
        "Office 2016",
    ],
    "AMAZON_LINUX": ["AmazonLinux2018.03"],
    "AMAZON_LINUX_2": ["AmazonLinux2", "AmazonLinux2.0"],
    "AMAZON_LINUX_2022": ["AmazonLinux2022"],
    "AMAZON_LINUX_2023": ["AmazonLinux2023"],
    "UBUNTU": ["Ubuntu22.04"],
    "REDHAT_ENTERPRISE_LINUX": ["RedhatEnterpriseLinux9", "RedhatEnterpriseLinux8.10"],
    "SUSE": ["Suse15.5"],
    "CENTOS": ["CentOS7.9"],
    "ORACLE_LINUX": ["OracleLinux9.2"],
    "DEBIAN": ["Debian12"],
    "MACOS": ["macOS14.5"],
    "RASPBIAN": ["Raspbian10"],
    "ROCKY_LINUX": ["RockyLinux9.4"],
    "ALMA_LINUX": ["AlmaLinux9"],
}


@pytest.mark.parametrize("system", OperatingSystem)
def test_products_have_a_form(system: OperatingSystem) -> None:
    assert all(is_known_product(system, product) for product in PRODUCTS[system])
    assert is_known_product(system, EVERY_VALUE)
    assert not is_known_product(system, "Windows Server 2022")
    assert not is_known_value(system, FilterKey.PRODUCT, "Windows Server 2022")


@given(SYSTEMS, SYSTEMS)
def test_a_product_of_another_system_is_unknown(system: OperatingSystem, other: OperatingSystem) -> None:
    if system is not other and system is not OperatingSystem.WINDOWS:
        assert not any(is_known_product(system, product) for product in PRODUCTS[other])


def test_refusal_of_keys_that_no_system_knows_together() -> None:
    message = refused(lambda: check_one_system_knows("filters", [FilterKey.MSRC_SEVERITY, FilterKey.PRIORITY]))
    assert message == "filters must have keys that one operating system knows, got MSRC_SEVERITY, PRIORITY"
