"""Which patches a baseline approves: its rules, their filters, and additional repositories.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-predefined-and-custom-patch-baselines.html
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Self

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved, is_unresolved_scalar
from patching_constructs._validation import (
    check_count,
    check_flag,
    check_length,
    check_list_of,
    check_literal,
    check_type,
)
from patching_constructs.properties._application_rules import check_application_rule
from patching_constructs.properties._durations import Length, whole
from patching_constructs.ssm import limits
from patching_constructs.ssm.compliance import ComplianceLevel
from patching_constructs.ssm.operating_systems import (
    EVERY_VALUE,
    FilterKey,
    OperatingSystem,
    check_keys_together,
    checked_system,
)

_A_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PatchFilter:
    """A filter by one property of patches: a patch matches if the property has any of the values.

    Create a filter with a factory. ``*`` matches every value. The valid keys and values depend on the operating system,
    so the baseline checks them.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchFilter.html
    """

    key: FilterKey
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", _filter_key(self.key))
        what = f"PatchFilter.{self.key.lower()}"
        values = check_list_of(f"{what} values", self.values, str, item=f"{what} value")
        object.__setattr__(self, "values", values)
        check_count(f"{what} values", self.values, least=1, most=limits.FILTER_VALUES)
        for value in self.values:
            check_length(f"{what} value", value, limits.FILTER_VALUE_LENGTH)

    @classmethod
    def classification(cls, *values: str) -> Self:
        """Filter by classification: ``SecurityUpdates`` on Windows, ``Security`` on RPM systems and macOS.

        Debian-based systems do not support it.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.CLASSIFICATION, values)

    @classmethod
    def severity(cls, *values: str) -> Self:
        """Filter by severity, on RPM systems: ``Critical``, ``Important``, ``Moderate`` or ``Medium``, ``Low``.

        Amazon Linux 2022 and 2023 also have ``None``.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.SEVERITY, values)

    @classmethod
    def msrc_severity(cls, *values: str) -> Self:
        """Filter by MSRC severity, on Windows: ``Critical``, ``Important``, ``Moderate``, ``Low``, ``Unspecified``.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.MSRC_SEVERITY, values)

    @classmethod
    def product(cls, *values: str) -> Self:
        """Filter by release, such as ``WindowsServer2022`` or ``Ubuntu22.04``, or by application.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.PRODUCT, values)

    @classmethod
    def product_family(cls, *values: str) -> Self:
        """Filter by product family, such as ``Windows`` or ``Office``, on Windows.

        Any family other than ``Windows`` also requires ``patch_set("APPLICATION")`` and ``product(...)``.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.PRODUCT_FAMILY, values)

    @classmethod
    def priority(cls, *values: str) -> Self:
        """Filter by priority, on Debian-based systems.

        The values are ``Required``, ``Important``, ``Standard``, ``Optional`` and ``Extra``.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.PRIORITY, values)

    @classmethod
    def section(cls, *values: str) -> Self:
        """Filter by section of the repository, such as ``net``, on Debian-based systems.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.SECTION, values)

    @classmethod
    def patch_set(cls, *values: str) -> Self:
        """Filter by patches of the system (``OS``) or of Microsoft applications (``APPLICATION``), on Windows.

        ``APPLICATION`` also requires ``product(...)``, and nodes that receive updates for other Microsoft products.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.PATCH_SET, values)


@dataclass(frozen=True, slots=True)
class PatchRule:
    """Approves the patches that match all of its filters, after a delay or up to a release date.

    Create a rule with a factory.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchRule.html
    """

    filters: tuple[PatchFilter, ...]
    approval: float | str
    """The number of days after the release, or the last release date as ``YYYY-MM-DD``."""
    compliance_level: ComplianceLevel | None = None
    enable_non_security: bool = False

    def __post_init__(self) -> None:
        check_filters("PatchRule filters", self.filters, least=1)
        object.__setattr__(self, "filters", tuple(self.filters))
        check_application_rule("PatchRule filters", {each.key: each.values for each in self.filters})
        _check_approval(self.approval)
        if self.compliance_level is not None:
            check_literal("PatchRule compliance_level", self.compliance_level, ComplianceLevel)
        check_flag("PatchRule enable_non_security", self.enable_non_security)

    @classmethod
    def approve_after(
        cls,
        length: Length,
        *filters: PatchFilter,
        compliance_level: ComplianceLevel | None = None,
        enable_non_security: bool = False,
    ) -> Self:
        """Approve a patch a number of days after its release.

        AWS does not support a delay on Debian Server and Ubuntu Server: use 0 days there. On Windows, a long delay can
        skip patches, because a patch that is replaced by a newer one is no longer available.

        Args:
            length: 0-360 whole days.
            filters: 1-4 filters with different keys; a patch must match all of them.
            compliance_level: the severity that is reported if such a patch is missing. Default: unspecified.
            enable_non_security: whether to also approve nonsecurity updates. Linux only. Default: False.

        Raises:
            PatchingError: the rule is invalid, or no operating system supports all of its filters.
        """
        days = whole("approve_after", length, "days", limits.APPROVAL_DAYS)
        return cls(filters, days, compliance_level, enable_non_security)

    @classmethod
    def approve_until(
        cls,
        last: date | str,
        *filters: PatchFilter,
        compliance_level: ComplianceLevel | None = None,
        enable_non_security: bool = False,
    ) -> Self:
        """Approve every patch that was released on or before a date, in UTC.

        AWS does not support it on Debian Server and Ubuntu Server.

        Args:
            last: the date (or a string token).
            filters: 1-4 filters with different keys; a patch must match all of them.
            compliance_level: the severity that is reported if such a patch is missing. Default: unspecified.
            enable_non_security: whether to also approve nonsecurity updates. Linux only. Default: False.

        Raises:
            PatchingError: the rule is invalid, or no operating system supports all of its filters.
        """
        return cls(filters, _day(last), compliance_level, enable_non_security)

    @classmethod
    def security_patches(
        cls,
        operating_system: OperatingSystem,
        *,
        after: Length | None = None,
        compliance_level: ComplianceLevel | None = None,
    ) -> Self:
        """Approve the security patches that the AWS-predefined baseline of the operating system approves.

        - Windows: classification ``CriticalUpdates`` or ``SecurityUpdates``, and MSRC severity ``Critical`` or
          ``Important``.
        - RPM systems: classification ``Security``, and severity ``Critical`` or ``Important``; on Oracle Linux also
          ``Moderate``. CentOS is handled in the same way, while the predefined baseline approves all patches, as
          `all_patches` does.
        - Debian-based systems: every priority, because their patches come only from security repositories.
        - macOS: classification ``Security``.

        Args:
            operating_system: the operating system of the baseline.
            after: 0-360 whole days. Default: 7 days; 0 days on Debian Server, Raspberry Pi OS and Ubuntu Server. For
                macOS, AWS documents no delay, and 7 days are an assumption.
            compliance_level: the severity that is reported if such a patch is missing. Default: unspecified.

        Raises:
            PatchingError: the delay is not 0-360 whole days, or the operating system is invalid.

        https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-predefined-and-custom-patch-baselines.html
        """
        system = checked_system(operating_system)
        delay = _usual_delay(system) if after is None else after
        return cls.approve_after(delay, *_security_filters(system), compliance_level=compliance_level)

    @classmethod
    def all_patches(
        cls,
        operating_system: OperatingSystem,
        *,
        after: Length | None = None,
        compliance_level: ComplianceLevel | None = None,
    ) -> Self:
        """Approve every patch, including nonsecurity updates on Linux, as the predefined baseline for CentOS does.

        Args:
            operating_system: the operating system of the baseline.
            after: 0-360 whole days. Default: the default of `security_patches`.
            compliance_level: the severity that is reported if such a patch is missing. Default: unspecified.

        Raises:
            PatchingError: the delay is not 0-360 whole days, or the operating system is invalid.
        """
        system = checked_system(operating_system)
        return cls.approve_after(
            _usual_delay(system) if after is None else after,
            PatchFilter.product(EVERY_VALUE),
            compliance_level=compliance_level,
            enable_non_security=system.is_linux,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchSource:
    """An alternative repository for patches. Linux only.

    Raises:
        PatchingError: the name, the products or the configuration is invalid.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-alternative-source-repository.html
    """

    name: str
    """3-50 letters, digits, ``_``, ``-`` and ``.``."""
    products: tuple[str, ...]
    """The releases that use it, such as ``Ubuntu22.04``: 1-20 of 1-128 characters. ``*`` is every release."""
    configuration: str = field(repr=False)
    """The content of a repository file of yum or zypper, or the line for apt; 1-1024 characters. It is visible in the
    template: for a password, use a token that is resolved at deployment, such as a dynamic reference."""

    def __post_init__(self) -> None:
        check_type("PatchSource name", self.name, str)
        if not is_unresolved(self.name) and not limits.SOURCE_NAME.fullmatch(self.name):
            raise refusal("PatchSource name", "must be 3-50 letters, digits, _, - and .", repr(self.name))
        products = check_list_of("PatchSource products", self.products, str, item="PatchSource product")
        object.__setattr__(self, "products", products)
        check_count("PatchSource products", self.products, least=1, most=limits.SOURCE_PRODUCTS)
        for product in self.products:
            check_length("PatchSource product", product, limits.SOURCE_PRODUCT_LENGTH)
        check_length("PatchSource configuration", self.configuration, limits.SOURCE_CONFIGURATION_LENGTH)


def check_filters(what: str, filters: Sequence[PatchFilter], *, least: int = 0) -> None:
    """Check that at least one operating system supports a list of filters.

    Raises:
        PatchingError: there are too few or too many filters, a key is repeated, or no system supports all keys.
    """
    fix = "" if filters else "to match every patch, use PatchFilter.product('*')"
    check_list_of(what, filters, PatchFilter, "use a factory such as PatchFilter.product(...)")
    check_count(what, filters, least=least, most=limits.RULE_FILTERS, fix=fix)
    keys = [each.key for each in filters]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise refusal(what, "must not repeat a key", f"{twice} twice", "specify all its values in one filter")
    check_keys_together(what, keys)


def _filter_key(key: FilterKey) -> FilterKey:
    check_literal("PatchFilter key", key, FilterKey)
    if is_unresolved(key):
        rule = "must be known at synthesis, because it determines the valid values"
        raise refusal("PatchFilter key", rule, "a token")
    return FilterKey(key)


def _check_approval(approval: float | str) -> None:
    if is_unresolved_scalar(approval):
        return
    first, last = limits.APPROVAL_DAYS
    in_days = isinstance(approval, int | float) and not isinstance(approval, bool)
    if in_days and approval in range(first, last + 1):
        return
    if not isinstance(approval, str) or not is_date(approval):
        rule = f"must be {first}-{last} whole days or a date YYYY-MM-DD"
        raise refusal(
            "PatchRule approval", rule, shown(approval), "use PatchRule.approve_after(...) or .approve_until(...)"
        )


def is_date(text: str) -> bool:
    """Return whether a text is a date in the form YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _day(last: date | str) -> str:
    if isinstance(last, str) and is_unresolved(last):
        return last
    if isinstance(last, datetime):
        raise refusal("approve_until", "must be a datetime.date", repr(last), "use .date() of the datetime in UTC")
    if not isinstance(last, date):
        fix = f"write datetime.date.fromisoformat({last!r})" if isinstance(last, str) else ""
        raise refusal("approve_until", "must be a datetime.date", repr(last), fix)
    return last.isoformat()


def _usual_delay(operating_system: OperatingSystem) -> Length:
    return _A_WEEK if operating_system.has_release_dates else timedelta(0)


def _security_filters(operating_system: OperatingSystem) -> tuple[PatchFilter, ...]:
    return tuple(PatchFilter(key, values) for key, values in operating_system.security_filters.items())
