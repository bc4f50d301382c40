"""What a baseline can contain for each operating system."""

import pytest
from aws_cdk import Token
from hypothesis import given
from hypothesis import strategies as st

from patching_constructs import OperatingSystem
from patching_constructs.ssm.operating_systems import (
    EVERY_VALUE,
    FilterKey,
    OperatingSystemFamily,
    check_filter_key,
    check_filter_value,
    check_keys_together,
    is_known_product,
    is_known_value,
    nearest_value,
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
def test_every_other_key_is_an_error_that_lists_the_supported_keys(unknown: tuple[OperatingSystem, FilterKey]) -> None:
    system, key = unknown
    message = refused(lambda: check_filter_key("rules", system, key))
    assert message.startswith(f"rules must filter by {', '.join(system.filter_keys)} on {system}, got {key}")


@pytest.mark.parametrize("published", PUBLISHED)
def test_every_published_value_is_accepted(published: tuple[OperatingSystem, FilterKey, str]) -> None:
    check_filter_value("rules", *published)
    assert is_known_value(*published)


@pytest.mark.parametrize("published", PUBLISHED)
def test_a_published_value_in_another_case_is_unknown_but_valid(
    published: tuple[OperatingSystem, FilterKey, str],
) -> None:
    system, key, value = published
    check_filter_value("rules", system, key, value.swapcase())
    assert not is_known_value(system, key, value.swapcase())
    assert nearest_value(system, key, value.swapcase()) == value


@given(st.sampled_from(KNOWN), st.text(min_size=1, max_size=64))
def test_any_value_is_known_or_a_warning_or_an_error(known: tuple[OperatingSystem, FilterKey], value: str) -> None:
    system, key = known
    published = published_values(system).get(key)
    closed = published is not None and published.complete
    if closed and published and value.lower() not in map(str.lower, (*published.values, EVERY_VALUE)):
        assert refused(lambda: check_filter_value("rules", system, key, value))
    elif value.lower() != "all":
        check_filter_value("rules", system, key, value)


@pytest.mark.parametrize("known", KNOWN)
def test_every_value_and_a_token_are_known(known: tuple[OperatingSystem, FilterKey]) -> None:
    for value in (EVERY_VALUE, TOKEN):
        check_filter_value("rules", *known, value)
        assert is_known_value(*known, value)


MISTAKES = {
    "MSRC severity on Ubuntu": (
        (OperatingSystem.UBUNTU, FilterKey.MSRC_SEVERITY),
        "rules must filter by PRODUCT, PRIORITY, SECTION on UBUNTU, got MSRC_SEVERITY; use PatchFilter.priority(...)",
    ),
    "severity on Windows": (
        (OperatingSystem.WINDOWS, FilterKey.SEVERITY),
        "rules must filter by PATCH_SET, PRODUCT, PRODUCT_FAMILY, CLASSIFICATION, MSRC_SEVERITY on WINDOWS, got "
        "SEVERITY; "
        "use PatchFilter.msrc_severity(...)",
    ),
    "priority on Rocky Linux": (
        (OperatingSystem.ROCKY_LINUX, FilterKey.PRIORITY),
        "rules must filter by PRODUCT, CLASSIFICATION, SEVERITY on ROCKY_LINUX, got PRIORITY; "
        "use PatchFilter.severity(...)",
    ),
    "severity on macOS": (
        (OperatingSystem.MACOS, FilterKey.SEVERITY),
        "rules must filter by PRODUCT, CLASSIFICATION on MACOS, got SEVERITY",
    ),
    "section on SUSE": (
        (OperatingSystem.SUSE, FilterKey.SECTION),
        "rules must filter by PRODUCT, CLASSIFICATION, SEVERITY on SUSE, got SECTION",
    ),
}


@pytest.mark.parametrize(("asked", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_refusal_of_a_key(asked: tuple[OperatingSystem, FilterKey], message: str) -> None:
    assert refused(lambda: check_filter_key("rules", *asked)) == message


SLIPS = {
    "a typing error in an MSRC severity": (
        (OperatingSystem.WINDOWS, FilterKey.MSRC_SEVERITY, "Importent"),
        "rules MSRC_SEVERITY must be one of Critical, Important, Moderate, Low, Unspecified on WINDOWS, got "
        "'Importent'; write 'Important'",
    ),
    "a release of Amazon Linux 1 that there was not": (
        (OperatingSystem.AMAZON_LINUX, FilterKey.PRODUCT, "AmazonLinux2018.09"),
        "rules PRODUCT must be one of AmazonLinux2012.03, AmazonLinux2012.09, AmazonLinux2013.03, AmazonLinux2013.09, "
        "AmazonLinux2014.03, AmazonLinux2014.09, AmazonLinux2015.03, AmazonLinux2015.09, AmazonLinux2016.03, "
        "AmazonLinux2016.09, AmazonLinux2017.03, AmazonLinux2017.09, AmazonLinux2018.03 on AMAZON_LINUX, got "
        "'AmazonLinux2018.09'; write 'AmazonLinux2018.03'",
    ),
    "no priority at all": (
        (OperatingSystem.DEBIAN, FilterKey.PRIORITY, "urgent!"),
        "rules PRIORITY must be one of Required, Important, Standard, Optional, Extra on DEBIAN, got 'urgent!'",
    ),
    "no patch set": (
        (OperatingSystem.WINDOWS, FilterKey.PATCH_SET, "APPS"),
        "rules PATCH_SET must be one of OS, APPLICATION on WINDOWS, got 'APPS'",
    ),
    "the console's word for every product": (
        (OperatingSystem.AMAZON_LINUX_2, FilterKey.PRODUCT, "All"),
        "rules PRODUCT must be '*' to match every value, got 'All'",
    ),
    "the console's word for every product of Windows": (
        (OperatingSystem.WINDOWS, FilterKey.PRODUCT, "All"),
        "rules PRODUCT must be '*' to match every value, got 'All'",
    ),
    "the console's word for every family of products": (
        (OperatingSystem.WINDOWS, FilterKey.PRODUCT_FAMILY, "All"),
        "rules PRODUCT_FAMILY must be '*' to match every value, got 'All'",
    ),
    "the console's word for every section": (
        (OperatingSystem.DEBIAN, FilterKey.SECTION, "All"),
        "rules SECTION must be '*' to match every value, got 'All'",
    ),
    "the console's word on a closed list": (
        (OperatingSystem.AMAZON_LINUX, FilterKey.PRODUCT, "all"),
        "rules PRODUCT must be '*' to match every value, got 'all'",
    ),
    "the console's word for every classification": (
        (OperatingSystem.WINDOWS, FilterKey.CLASSIFICATION, "ALL"),
        "rules CLASSIFICATION must be '*' to match every value, got 'ALL'",
    ),
}


@pytest.mark.parametrize(("asked", "message"), SLIPS.values(), ids=SLIPS.keys())
def test_refusal_of_a_value(asked: tuple[OperatingSystem, FilterKey, str], message: str) -> None:
    assert refused(lambda: check_filter_value("rules", *asked)) == message


UNHEARD = {
    "a classification of macOS": (OperatingSystem.MACOS, FilterKey.CLASSIFICATION, "Recommended", None),
    "a Linux word on Windows": (OperatingSystem.WINDOWS, FilterKey.CLASSIFICATION, "Security", "SecurityUpdates"),
    "a Windows word on Linux": (
        OperatingSystem.AMAZON_LINUX_2023,
        FilterKey.CLASSIFICATION,
        "SecurityUpdates",
        "Security",
    ),
    "a typing error in a severity": (
        OperatingSystem.REDHAT_ENTERPRISE_LINUX,
        FilterKey.SEVERITY,
        "Importent",
        "Important",
    ),
    "a product of another form": (OperatingSystem.UBUNTU, FilterKey.PRODUCT, "Ubuntu 22.04", None),
}


@pytest.mark.parametrize(("system", "key", "value", "near"), UNHEARD.values(), ids=UNHEARD.keys())
def test_another_value_is_unknown_if_the_list_is_incomplete(
    system: OperatingSystem, key: FilterKey, value: str, near: str | None
) -> None:
    check_filter_value("rules", system, key, value)
    assert not is_known_value(system, key, value)
    assert nearest_value(system, key, value) == near


@pytest.mark.parametrize("system", [each for each in OperatingSystem if FilterKey.SEVERITY in each.filter_keys])
def test_the_severity_none_is_known_on_amazon_linux_2022_and_2023_and_never_an_error(system: OperatingSystem) -> None:
    check_filter_value("rules", system, FilterKey.SEVERITY, "None")
    known = system in {OperatingSystem.AMAZON_LINUX_2022, OperatingSystem.AMAZON_LINUX_2023}
    assert is_known_value(system, FilterKey.SEVERITY, "None") is known


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


def test_refusal_of_keys_that_no_system_supports_together() -> None:
    message = refused(lambda: check_keys_together("filters", [FilterKey.MSRC_SEVERITY, FilterKey.PRIORITY]))
    assert message == "filters must have keys that the same operating system supports, got MSRC_SEVERITY, PRIORITY"
