"""What a patch baseline can contain for each operating system: filter keys, their values, and settings.

The keys of a system are those of DescribePatchProperties and PatchFilter:
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribePatchProperties.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchFilter.html

Until 2018, AWS documented the values in PatchFilter (see the model of botocore 1.8.50) for Windows, Ubuntu, Amazon
Linux, RHEL and SUSE. Since then, the documentation refers to DescribePatchProperties. The service validates a value and
lists the valid ones in its error; whether values are case-sensitive is not documented:
https://github.com/hashicorp/terraform-provider-aws/issues/18359

So a value is an error only if it cannot be valid: if it is not in a complete list, ignoring case, or if it is ``All``.
Any other unknown value is a warning. If no list was documented for a system, the list of its family is assumed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from patching_constructs._errors import refusal
from patching_constructs._tokens import is_unresolved, is_unresolved_scalar
from patching_constructs._validation import check_literal, nearest

EVERY_VALUE: Final = "*"
# The word for it in the console, which the service rejects.
_EVERY_VALUE_IN_THE_CONSOLE: Final = "all"


class FilterKey(StrEnum):
    """A property of a patch that a filter matches."""

    PRODUCT = "PRODUCT"
    PRODUCT_FAMILY = "PRODUCT_FAMILY"
    CLASSIFICATION = "CLASSIFICATION"
    SEVERITY = "SEVERITY"
    MSRC_SEVERITY = "MSRC_SEVERITY"
    PRIORITY = "PRIORITY"
    SECTION = "SECTION"
    PATCH_SET = "PATCH_SET"


class OperatingSystemFamily(StrEnum):
    """Operating systems whose patches are published in the same way."""

    WINDOWS = "WINDOWS"
    RPM = "RPM"
    """Notices in ``updateinfo.xml``, installed with yum, dnf or zypper."""
    DEBIAN = "DEBIAN"
    """Packages in a repository, installed with apt."""
    MACOS = "MACOS"


class OperatingSystem(StrEnum):
    """The operating system that a patch baseline is for."""

    WINDOWS = "WINDOWS"
    AMAZON_LINUX = "AMAZON_LINUX"
    AMAZON_LINUX_2 = "AMAZON_LINUX_2"
    AMAZON_LINUX_2022 = "AMAZON_LINUX_2022"
    AMAZON_LINUX_2023 = "AMAZON_LINUX_2023"
    UBUNTU = "UBUNTU"
    REDHAT_ENTERPRISE_LINUX = "REDHAT_ENTERPRISE_LINUX"
    SUSE = "SUSE"
    CENTOS = "CENTOS"
    ORACLE_LINUX = "ORACLE_LINUX"
    DEBIAN = "DEBIAN"
    MACOS = "MACOS"
    RASPBIAN = "RASPBIAN"
    ROCKY_LINUX = "ROCKY_LINUX"
    ALMA_LINUX = "ALMA_LINUX"

    @property
    def family(self) -> OperatingSystemFamily:
        """The family of the system: systems of one family share their filter keys and settings."""
        return _SYSTEMS[self].family

    @property
    def filter_keys(self) -> tuple[FilterKey, ...]:
        """The filter keys that the system supports."""
        return _KEYS[self.family]

    @property
    def is_linux(self) -> bool:
        """Whether the system is Linux, which supports sources and nonsecurity updates."""
        return self.family in {OperatingSystemFamily.RPM, OperatingSystemFamily.DEBIAN}

    @property
    def has_release_dates(self) -> bool:
        """Whether AWS supports approval delays and dates on the system.

        "There is no wait before approval because reliable release dates aren't available in the repositories", for
        Debian Server, Raspberry Pi OS and Ubuntu Server:
        https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-predefined-and-custom-patch-baselines.html
        """
        return self.family is not OperatingSystemFamily.DEBIAN

    @property
    def security_filters(self) -> Mapping[FilterKey, tuple[str, ...]]:
        """The filters by which AWS's predefined baseline of the system approves security patches.

        CentOS has those of the other RPM systems, while its predefined baseline approves all patches.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-predefined-and-custom-patch-baselines.html
        """
        return _SYSTEMS[self].security_filters

    @property
    def sources_have_one_line(self) -> bool:
        """Whether the configuration of a patch source must be a single line.

        https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchSource.html
        """
        return _SYSTEMS[self].sources_have_one_line


_KEYS: Final = {
    OperatingSystemFamily.WINDOWS: (
        FilterKey.PATCH_SET,
        FilterKey.PRODUCT,
        FilterKey.PRODUCT_FAMILY,
        FilterKey.CLASSIFICATION,
        FilterKey.MSRC_SEVERITY,
    ),
    OperatingSystemFamily.RPM: (FilterKey.PRODUCT, FilterKey.CLASSIFICATION, FilterKey.SEVERITY),
    # DescribePatchProperties omits SECTION, because there is no list of sections; PatchFilter has it.
    OperatingSystemFamily.DEBIAN: (FilterKey.PRODUCT, FilterKey.PRIORITY, FilterKey.SECTION),
    OperatingSystemFamily.MACOS: (FilterKey.PRODUCT, FilterKey.CLASSIFICATION),
}

# The keys for the severity of what a patch fixes: one per family.
_SEVERITY_KEYS: Final = (FilterKey.SEVERITY, FilterKey.MSRC_SEVERITY, FilterKey.PRIORITY)


@dataclass(frozen=True, slots=True)
class PublishedValues:
    """The values of a key that AWS publishes."""

    values: tuple[str, ...]
    complete: bool
    """Whether no other value is valid: the values are literals of the service, or the system gets no new releases."""


_WINDOWS: Final = {
    # [model: PatchSet]
    FilterKey.PATCH_SET: PublishedValues(("OS", "APPLICATION"), complete=True),
    FilterKey.CLASSIFICATION: PublishedValues(
        (
            "CriticalUpdates",
            "DefinitionUpdates",
            "Drivers",
            "FeaturePacks",
            "SecurityUpdates",
            "ServicePacks",
            "Tools",
            "UpdateRollups",
            "Updates",
            "Upgrades",
        ),
        complete=False,
    ),
    FilterKey.MSRC_SEVERITY: PublishedValues(
        ("Critical", "Important", "Moderate", "Low", "Unspecified"), complete=True
    ),
}
# The predefined baselines of Debian Server and Raspberry Pi OS have these five.
_DEBIAN: Final = {
    FilterKey.PRIORITY: PublishedValues(("Required", "Important", "Standard", "Optional", "Extra"), complete=True)
}
_RPM_CLASSIFICATIONS: Final = ("Security", "Bugfix", "Enhancement", "Recommended", "Newpackage")
# The service listed these for an unknown product: https://github.com/hashicorp/terraform-provider-aws/issues/18359
_AMAZON_LINUX_PRODUCTS: Final = (
    "AmazonLinux2012.03",
    "AmazonLinux2012.09",
    "AmazonLinux2013.03",
    "AmazonLinux2013.09",
    "AmazonLinux2014.03",
    "AmazonLinux2014.09",
    "AmazonLinux2015.03",
    "AmazonLinux2015.09",
    "AmazonLinux2016.03",
    "AmazonLinux2016.09",
    "AmazonLinux2017.03",
    "AmazonLinux2017.09",
    "AmazonLinux2018.03",
)
# Amazon Linux 1, whose last release is 2018.03. Its successors have the severity `None`, so it may have it too.
_AMAZON_LINUX: Final = {
    FilterKey.PRODUCT: PublishedValues(_AMAZON_LINUX_PRODUCTS, complete=True),
    FilterKey.CLASSIFICATION: PublishedValues(_RPM_CLASSIFICATIONS, complete=True),
    FilterKey.SEVERITY: PublishedValues(("Critical", "Important", "Medium", "Low"), complete=False),
}
# "Medium" was documented for RHEL; "Moderate" is in the predefined baseline of Oracle Linux.
_RPM: Final = {
    FilterKey.CLASSIFICATION: PublishedValues(_RPM_CLASSIFICATIONS, complete=False),
    FilterKey.SEVERITY: PublishedValues(("Critical", "Important", "Moderate", "Medium", "Low"), complete=False),
}
# "None" is a severity there: https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-linux-rules.html
_AMAZON_LINUX_2023: Final = _RPM | {
    FilterKey.SEVERITY: PublishedValues((*_RPM[FilterKey.SEVERITY].values, "None"), complete=False)
}
_SUSE: Final = {
    FilterKey.CLASSIFICATION: PublishedValues(
        ("Security", "Recommended", "Optional", "Feature", "Document", "Yast"), complete=False
    ),
    FilterKey.SEVERITY: PublishedValues(("Critical", "Important", "Moderate", "Low"), complete=False),
}
# The only one in AWS's predefined baselines.
_MACOS: Final = {FilterKey.CLASSIFICATION: PublishedValues(("Security",), complete=False)}

# --- One row for each operating system ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _System:
    """The data of one operating system."""

    family: OperatingSystemFamily
    products: re.Pattern[str]
    """The pattern of product names. Every release is a new product, so there is no list. The patterns follow
    PatchFilter as documented in 2018 and "Patch Manager prerequisites":
    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-prerequisites.html
    """
    published: Mapping[FilterKey, PublishedValues]
    security_filters: Mapping[FilterKey, tuple[str, ...]]
    sources_have_one_line: bool = False


def _rpm(
    products: str,
    published: Mapping[FilterKey, PublishedValues] = _RPM,
    *,
    security_severities: tuple[str, ...] = ("Critical", "Important"),
) -> _System:
    security = {FilterKey.CLASSIFICATION: ("Security",), FilterKey.SEVERITY: security_severities}
    return _System(OperatingSystemFamily.RPM, re.compile(products), published, security)


def _debian(products: str, *, sources_have_one_line: bool = False) -> _System:
    # Security patches have their own repositories, so their priority does not matter.
    security = {FilterKey.PRIORITY: _DEBIAN[FilterKey.PRIORITY].values}
    return _System(OperatingSystemFamily.DEBIAN, re.compile(products), _DEBIAN, security, sources_have_one_line)


_SYSTEMS: Final = {
    OperatingSystem.WINDOWS: _System(
        OperatingSystemFamily.WINDOWS,
        # Any name that is not a Windows release can be an application.
        re.compile(r"(?!(?i:windows\s*(?:server|\d))).+|Windows(?:Server)?\d[A-Za-z0-9.]*"),
        _WINDOWS,
        {
            FilterKey.CLASSIFICATION: ("CriticalUpdates", "SecurityUpdates"),
            FilterKey.MSRC_SEVERITY: ("Critical", "Important"),
        },
    ),
    OperatingSystem.AMAZON_LINUX: _rpm("|".join(map(re.escape, _AMAZON_LINUX_PRODUCTS)), _AMAZON_LINUX),
    OperatingSystem.AMAZON_LINUX_2: _rpm(r"AmazonLinux2(?:\.0)?"),
    OperatingSystem.AMAZON_LINUX_2022: _rpm(r"AmazonLinux2022", _AMAZON_LINUX_2023),
    OperatingSystem.AMAZON_LINUX_2023: _rpm(r"AmazonLinux2023(?:\.\d+)?", _AMAZON_LINUX_2023),
    # The API model of PatchSource documents a single line for a repository of Ubuntu Server.
    OperatingSystem.UBUNTU: _debian(r"Ubuntu\d\d\.\d\d", sources_have_one_line=True),
    OperatingSystem.REDHAT_ENTERPRISE_LINUX: _rpm(r"RedhatEnterpriseLinux\d+(?:\.\d+)?"),
    OperatingSystem.SUSE: _rpm(r"Suse\d+(?:\.\d+)?", _SUSE),
    OperatingSystem.CENTOS: _rpm(r"CentOS\d+(?:\.\d+)?"),
    OperatingSystem.ORACLE_LINUX: _rpm(
        r"OracleLinux\d+(?:\.\d+)?", security_severities=("Critical", "Important", "Moderate")
    ),
    OperatingSystem.DEBIAN: _debian(r"Debian\d+(?:\.\d+)?"),
    OperatingSystem.MACOS: _System(
        OperatingSystemFamily.MACOS,
        re.compile(r"(?i:macos)\d+(?:\.\d+)*"),
        _MACOS,
        {FilterKey.CLASSIFICATION: ("Security",)},
    ),
    OperatingSystem.RASPBIAN: _debian(r"Raspbian\d+(?:\.\d+)?"),
    OperatingSystem.ROCKY_LINUX: _rpm(r"RockyLinux\d+(?:\.\d+)?"),
    OperatingSystem.ALMA_LINUX: _rpm(r"AlmaLinux\d+(?:\.\d+)?"),
}


# --- Checks -------------------------------------------------------------------------------------------


def checked_system(system: OperatingSystem) -> OperatingSystem:
    """Return the operating system, which can also be given as the service's literal.

    Raises:
        PatchingError: it is not an `OperatingSystem`, or it is a token.
    """
    if is_unresolved_scalar(system):
        rule = "must be known at synthesis, because it determines what a baseline can contain"
        raise refusal("operating_system", rule, "a token")
    check_literal("operating_system", system, OperatingSystem)
    return OperatingSystem(system)


def published_values(system: OperatingSystem) -> Mapping[FilterKey, PublishedValues]:
    """Return the published values of every key of the system that has some."""
    return _SYSTEMS[system].published


def check_filter_key(what: str, system: OperatingSystem, key: FilterKey) -> None:
    """Check that the operating system supports a filter key.

    Raises:
        PatchingError: it does not; the message lists the supported keys, and the one with the same meaning.
    """
    if key in system.filter_keys:
        return
    same = [each for each in _SEVERITY_KEYS if key in _SEVERITY_KEYS and each in system.filter_keys]
    fix = f"use PatchFilter.{same[0].lower()}(...)" if same else ""
    raise refusal(what, f"must filter by {', '.join(system.filter_keys)} on {system}", key, fix)


def check_filter_value(what: str, system: OperatingSystem, key: FilterKey, value: str) -> None:
    """Check that a value can be valid.

    Raises:
        PatchingError: the value is not in a complete list, ignoring case, or it is ``All``.
    """
    # Checked first, because the pattern of Windows products matches any application name.
    if value.lower() == _EVERY_VALUE_IN_THE_CONSOLE:
        raise refusal(f"{what} {key}", f"must be {EVERY_VALUE!r} to match every value", repr(value))
    if is_known_value(system, key, value):
        return
    published = published_values(system).get(key)
    if published and published.complete and value.lower() not in map(str.lower, published.values):
        rule = f"must be one of {', '.join(published.values)} on {system}"
        near = nearest_value(system, key, value)
        raise refusal(f"{what} {key}", rule, repr(value), f"write {near!r}" if near else "")


def nearest_value(system: OperatingSystem, key: FilterKey, value: str) -> str | None:
    """Return the published value that was probably meant; None if no value is similar."""
    published = published_values(system).get(key)
    return nearest(value, published.values) if published else None


def is_known_value(system: OperatingSystem, key: FilterKey, value: str) -> bool:
    """Return whether AWS publishes the value; True for a token, for ``*``, and for a key without a list."""
    if is_unresolved(value) or value == EVERY_VALUE:
        return True
    if key is FilterKey.PRODUCT:
        return is_known_product(system, value)
    published = published_values(system).get(key)
    return published is None or value in published.values


def is_known_product(system: OperatingSystem, product: str) -> bool:
    """Return whether a product name matches the pattern of the system; True for a token and for ``*``."""
    if is_unresolved(product) or product == EVERY_VALUE:
        return True
    return _SYSTEMS[system].products.fullmatch(product) is not None


def check_keys_together(what: str, keys: Iterable[FilterKey]) -> None:
    """Check that at least one operating system supports all of the keys.

    Raises:
        PatchingError: no operating system does; the message lists the keys.
    """
    together = list(keys)
    if not any(set(together) <= set(supported) for supported in _KEYS.values()):
        raise refusal(what, "must have keys that the same operating system supports", ", ".join(together))
