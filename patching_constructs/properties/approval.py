"""Which patches a baseline approves: rules, the filters that they choose by, and the sources beside a system's own.

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
    check_one_system_knows,
    checked_system,
)

_A_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class PatchFilter:
    """A property of patches and the values that are accepted: any of them is enough.

    Make one with a factory. ``*`` accepts every value. Which keys and values there are is the operating system's
    business: the baseline checks them.

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
        """Choose by kind: ``SecurityUpdates`` on Windows, ``Security`` on RPM systems and macOS. Not on Debian's.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.CLASSIFICATION, values)

    @classmethod
    def severity(cls, *values: str) -> Self:
        """Choose by severity on RPM systems: ``Critical``, ``Important``, ``Moderate`` or ``Medium``, ``Low``.

        Amazon Linux 2022 and 2023 have ``None`` too.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.SEVERITY, values)

    @classmethod
    def msrc_severity(cls, *values: str) -> Self:
        """Choose by MSRC severity, on Windows: ``Critical``, ``Important``, ``Moderate``, ``Low``, ``Unspecified``.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.MSRC_SEVERITY, values)

    @classmethod
    def product(cls, *values: str) -> Self:
        """Choose by the system's release, such as ``WindowsServer2022`` or ``Ubuntu22.04``, or by an application.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.PRODUCT, values)

    @classmethod
    def product_family(cls, *values: str) -> Self:
        """Choose by family of products, such as ``Windows`` or ``Office``, on Windows.

        Any other than ``Windows`` needs ``patch_set("APPLICATION")`` and ``product(...)`` beside it.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.PRODUCT_FAMILY, values)

    @classmethod
    def priority(cls, *values: str) -> Self:
        """Choose by priority on Debian's systems: ``Required``, ``Important``, ``Standard``, ``Optional``, ``Extra``.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.PRIORITY, values)

    @classmethod
    def section(cls, *values: str) -> Self:
        """Choose by section of the archive, such as ``net``, on Debian's systems.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.SECTION, values)

    @classmethod
    def patch_set(cls, *values: str) -> Self:
        """Choose patches of the system (``OS``) or of Microsoft's applications (``APPLICATION``), on Windows.

        ``APPLICATION`` needs ``product(...)`` beside it, and nodes that receive updates for other Microsoft products.

        Raises:
            PatchingError: there are not 1-20 values of 1-64 characters.
        """
        return cls(FilterKey.PATCH_SET, values)


@dataclass(frozen=True, slots=True)
class PatchRule:
    """Approves the patches that pass every one of its filters, some time after their release or up to a date.

    Make one with a factory.

    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchRule.html
    """

    filters: tuple[PatchFilter, ...]
    approval: float | str
    """The days after a patch's release, or the last date of release, ``YYYY-MM-DD``: one field, so never both."""
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
        """Approve a patch so long after its release.

        AWS does not support a delay on Debian Server and Ubuntu Server: give no time there. On Windows a long delay
        can skip patches, as one that is replaced by a later one is gone.

        Args:
            length: 0-360 whole days.
            filters: 1-4 filters, each of another key; a patch passes all of them.
            compliance_level: how grave it is that such a patch is missing. Default: unspecified.
            enable_non_security: also take updates that are not security's. Linux only. Default: False.

        Raises:
            PatchingError: the service would refuse the rule, or no operating system knows its filters together.
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
        """Approve every patch that was released on a date or before, by UTC.

        AWS does not support it on Debian Server and Ubuntu Server.

        Args:
            last: the date (or a string token).
            filters: 1-4 filters, each of another key; a patch passes all of them.
            compliance_level: how grave it is that such a patch is missing. Default: unspecified.
            enable_non_security: also take updates that are not security's. Linux only. Default: False.

        Raises:
            PatchingError: the service would refuse the rule, or no operating system knows its filters together.
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
        """Approve the security patches that AWS's predefined baseline of the system approves, in its words.

        Windows: classified ``CriticalUpdates`` or ``SecurityUpdates``, of MSRC severity ``Critical`` or ``Important``.
        RPM systems: classified ``Security``, of severity ``Critical`` or ``Important``, on Oracle Linux ``Moderate``
        too. Debian's: of every priority, as its patches come from the security archive alone. macOS: classified
        ``Security``. CentOS is taken for an RPM system like the others; AWS's own baseline approves everything there,
        as `all_patches` does.

        Args:
            operating_system: the system of the baseline that the rule is for.
            after: 0-360 whole days. Default: 7 days; at once on Debian Server, Raspberry Pi OS and Ubuntu Server. For
                macOS AWS names no delay, and 7 days are an assumption.
            compliance_level: how grave it is that such a patch is missing. Default: unspecified.

        Raises:
            PatchingError: the delay is not 0-360 whole days, or the system is no `OperatingSystem`.

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
        """Approve every patch, on Linux those too that are not security's: AWS's choice for CentOS.

        Args:
            operating_system: the system of the baseline that the rule is for.
            after: 0-360 whole days. Default: that of `security_patches`.
            compliance_level: how grave it is that such a patch is missing. Default: unspecified.

        Raises:
            PatchingError: the delay is not 0-360 whole days, or the system is no `OperatingSystem`.
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
    """A repository beside the node's own, to take patches from. Linux only.

    Raises:
        PatchingError: the service would refuse the name, the products or the configuration.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-alternative-source-repository.html
    """

    name: str
    """3-50 letters, digits, ``_``, ``-`` and ``.``."""
    products: tuple[str, ...]
    """The releases that it is for, such as ``Ubuntu22.04``: 1-20 of 1-128 characters. ``*`` is every release."""
    configuration: str = field(repr=False)
    """What stands in yum's or zypper's repository file, or apt's line; 1-1024 characters. It stands in the template:
    for a password use a token that only the deployment resolves."""

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
    """Refuse filters that could not stand together for any operating system.

    Raises:
        PatchingError: there are too few or too many, a key stands twice, or no system knows all keys.
    """
    fix = "" if filters else "for every patch, write PatchFilter.product('*')"
    check_list_of(what, filters, PatchFilter, "write PatchFilter.product(...) or its like")
    check_count(what, filters, least=least, most=limits.RULE_FILTERS, fix=fix)
    keys = [each.key for each in filters]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise refusal(what, "take a key once", f"{twice} twice", "give all its values to one filter: any is enough")
    check_one_system_knows(what, keys)


def _filter_key(key: FilterKey) -> FilterKey:
    check_literal("PatchFilter key", key, FilterKey)
    if is_unresolved(key):
        rule = "must be known when the app is synthesized, as it decides which values there are"
        raise refusal("PatchFilter key", rule, "a token")
    return FilterKey(key)


def _check_approval(approval: float | str) -> None:
    if is_unresolved_scalar(approval):
        return
    first, last = limits.APPROVAL_DAYS
    in_days = isinstance(approval, int | float) and not isinstance(approval, bool)
    if in_days and approval in range(first, last + 1):
        return
    if not isinstance(approval, str) or not _is_day(approval):
        rule = f"must be {first}-{last} whole days or a date YYYY-MM-DD"
        raise refusal(
            "PatchRule approval", rule, shown(approval), "use PatchRule.approve_after(...) or .approve_until(...)"
        )


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _day(last: date | str) -> str:
    if isinstance(last, str) and is_unresolved(last):
        return last
    if isinstance(last, datetime):
        raise refusal("approve_until", "must be a datetime.date", repr(last), "take its .date(), by UTC")
    if not isinstance(last, date):
        fix = f"write datetime.date.fromisoformat({last!r})" if isinstance(last, str) else ""
        raise refusal("approve_until", "must be a datetime.date", repr(last), fix)
    return last.isoformat()


def _usual_delay(operating_system: OperatingSystem) -> Length:
    return _A_WEEK if operating_system.has_release_dates else timedelta(0)


def _security_filters(operating_system: OperatingSystem) -> tuple[PatchFilter, ...]:
    return tuple(PatchFilter(key, values) for key, values in operating_system.security_filters.items())
