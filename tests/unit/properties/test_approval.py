"""Rules, filters and sources."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import aws_cdk as cdk
import pytest

from patching_constructs import ComplianceLevel, OperatingSystem, PatchFilter, PatchRule, PatchSource
from patching_constructs.ssm.operating_systems import FilterKey
from tests.refusals import refused, untyped

WEEK = timedelta(days=7)
SECURITY = PatchFilter.classification("Security")
TEXT = cdk.Token.as_string({"Ref": "Text"})


@pytest.mark.parametrize(
    ("factory", "key"),
    [
        (PatchFilter.classification, "CLASSIFICATION"),
        (PatchFilter.severity, "SEVERITY"),
        (PatchFilter.msrc_severity, "MSRC_SEVERITY"),
        (PatchFilter.product, "PRODUCT"),
        (PatchFilter.product_family, "PRODUCT_FAMILY"),
        (PatchFilter.priority, "PRIORITY"),
        (PatchFilter.section, "SECTION"),
        (PatchFilter.patch_set, "PATCH_SET"),
    ],
)
def test_every_factory_names_its_key(factory: Callable[..., PatchFilter], key: str) -> None:
    made = factory("a", "*")
    assert (made.key, made.values) == (key, ("a", "*"))


@pytest.mark.parametrize("days", [0, 7, 360])
def test_a_delay_in_days(days: int) -> None:
    assert PatchRule.approve_after(timedelta(days=days), SECURITY).approval == days
    assert PatchRule.approve_after(cdk.Duration.hours(24 * days), SECURITY).approval == days


def test_a_last_date() -> None:
    rule = PatchRule.approve_until(
        date(2027, 1, 31), SECURITY, compliance_level=ComplianceLevel.HIGH, enable_non_security=True
    )
    assert rule == PatchRule((SECURITY,), "2027-01-31", ComplianceLevel.HIGH, enable_non_security=True)


def test_the_configuration_of_a_source_is_not_shown() -> None:
    assert repr(source(configuration="deb https://user:secret@host stable main")) == (
        "PatchSource(name='internal', products=('*',))"
    )


def test_lists_are_frozen() -> None:
    assert source(products=untyped(["*"])) == source()
    assert PatchFilter(FilterKey.PRODUCT, untyped(["*"])) == PatchFilter.product("*")
    assert PatchRule(untyped([SECURITY]), 7) == PatchRule.approve_after(WEEK, SECURITY)


def test_a_literal_counts_as_a_key() -> None:
    assert PatchFilter(untyped("PRODUCT"), ("*",)).key is FilterKey.PRODUCT


def test_tokens_pass() -> None:
    stack = cdk.Stack()
    text, number = cdk.CfnParameter(stack, "Text"), cdk.CfnParameter(stack, "Number", type="Number")
    listed = PatchFilter.product(*cdk.CfnParameter(stack, "List", type="CommaDelimitedList").value_as_list)
    days = number.value_as_number
    assert PatchRule.approve_after(cdk.Duration.days(days), listed).approval == days
    assert PatchRule.approve_until(text.value_as_string, listed).approval == text.value_as_string
    PatchSource(name=text.value_as_string, products=(text.value_as_string,), configuration=text.value_as_string)


WINDOWS = (
    PatchFilter.classification("CriticalUpdates", "SecurityUpdates"),
    PatchFilter.msrc_severity("Critical", "Important"),
)
RPM = (SECURITY, PatchFilter.severity("Critical", "Important"))
DEBIAN = (PatchFilter.priority("Required", "Important", "Standard", "Optional", "Extra"),)
PRESETS = dict.fromkeys(OperatingSystem, (RPM, 7)) | {
    OperatingSystem.WINDOWS: (WINDOWS, 7),
    OperatingSystem.ORACLE_LINUX: ((SECURITY, PatchFilter.severity("Critical", "Important", "Moderate")), 7),
    OperatingSystem.UBUNTU: (DEBIAN, 0),
    OperatingSystem.DEBIAN: (DEBIAN, 0),
    OperatingSystem.RASPBIAN: (DEBIAN, 0),
    OperatingSystem.MACOS: ((SECURITY,), 7),
}


@pytest.mark.parametrize("system", OperatingSystem)
def test_security_patches_are_those_of_awss_own_baseline(system: OperatingSystem) -> None:
    filters, days = PRESETS[system]
    assert PatchRule.security_patches(system) == PatchRule(filters, days)
    given = PatchRule.security_patches(system, after=timedelta(days=3), compliance_level=ComplianceLevel.CRITICAL)
    assert given == PatchRule(filters, 3, ComplianceLevel.CRITICAL)


@pytest.mark.parametrize("system", OperatingSystem)
def test_all_patches(system: OperatingSystem) -> None:
    everything = (PatchFilter.product("*"),)
    _, days = PRESETS[system]
    linux = system not in {"WINDOWS", "MACOS"}
    assert PatchRule.all_patches(system) == PatchRule(everything, days, enable_non_security=linux)
    given = PatchRule.all_patches(system, after=WEEK, compliance_level=ComplianceLevel.LOW)
    assert given == PatchRule(everything, 7, ComplianceLevel.LOW, enable_non_security=linux)


TEXT = cdk.Token.as_string({"Ref": "Text"})
OFFICE, ANY = PatchFilter.product_family("Office"), PatchFilter.product("*")
APPLICATIONS = PatchFilter.patch_set("APPLICATION")
APPLICATION_RULES = {
    "a product in the set of applications": (APPLICATIONS, PatchFilter.product("Office 2016")),
    "a product of a family": (APPLICATIONS, OFFICE, PatchFilter.product("Office 2016")),
    "every product of a family": (APPLICATIONS, OFFICE, ANY),
    "both sets, without a product": (PatchFilter.patch_set("OS", "APPLICATION"),),
    "every set": (PatchFilter.patch_set("*"), OFFICE),
    "a set in another case, of which nothing is documented": (PatchFilter.patch_set("application"), OFFICE),
    "a set that is a token": (PatchFilter.patch_set(TEXT), OFFICE),
    "a family that is a token": (PatchFilter.product_family(TEXT),),
    "Windows itself": (PatchFilter.product_family("Windows"), PatchFilter.patch_set("OS")),
    "Windows without a set": (PatchFilter.product_family("Windows", "*"),),
}


@pytest.mark.parametrize("filters", APPLICATION_RULES.values(), ids=APPLICATION_RULES.keys())
def test_a_rule_on_applications_is_accepted_with_their_set_and_a_product(filters: tuple[PatchFilter, ...]) -> None:
    assert PatchRule.approve_after(WEEK, *filters).filters == filters


def source(
    name: str = "internal", products: tuple[str, ...] = ("*",), configuration: str = "deb https://a b c"
) -> PatchSource:
    return PatchSource(name=name, products=products, configuration=configuration)


APPROVAL = "PatchRule approval must be 0-360 whole days or a date YYYY-MM-DD"
REFUSALS: dict[str, tuple[Callable[[], object], str]] = {
    "no value": (PatchFilter.severity, "PatchFilter.severity values must have 1-20 items, got 0"),
    "too many values": (
        lambda: PatchFilter.product(*(str(place) for place in range(21))),
        "PatchFilter.product values must have 1-20 items, got 21",
    ),
    "an empty value": (lambda: PatchFilter.section(""), "PatchFilter.section value must have 1-64 characters, got 0"),
    "a long value": (
        lambda: PatchFilter.product("x" * 65),
        "PatchFilter.product value must have 1-64 characters, got 65",
    ),
    "a number for a value": (
        lambda: PatchFilter.product(untyped(2022)),
        "PatchFilter.product value must be a string, got 2022",
    ),
    "a list for a value": (
        lambda: PatchFilter.product(untyped(["Ubuntu22.04"])),
        "PatchFilter.product value must be a string, got ['Ubuntu22.04']",
    ),
    "constructed directly: an invalid key": (
        lambda: PatchFilter(untyped("RELEASE"), ("*",)),
        f"PatchFilter key must be one of {', '.join(f'FilterKey.{key.name}' for key in FilterKey)}, got 'RELEASE'",
    ),
    "constructed directly: a key that is not known": (
        lambda: PatchFilter(untyped(TEXT), ("*",)),
        "PatchFilter key must be known at synthesis, because it determines the valid values, got a token",
    ),
    "constructed directly: text for values": (
        lambda: PatchFilter(FilterKey.PRODUCT, untyped("*")),
        "PatchFilter.product values must be a list of strings, got '*'; wrap it in [...]",
    ),
    "constructed directly: no value": (
        lambda: PatchFilter(FilterKey.PRODUCT, ()),
        "PatchFilter.product values must have 1-20 items, got 0",
    ),
    "constructed directly: a delay that is too long": (
        lambda: PatchRule((SECURITY,), 361),
        f"{APPROVAL}, got 361; use PatchRule.approve_after(...) or .approve_until(...)",
    ),
    "constructed directly: a delay in halves": (
        lambda: PatchRule((SECURITY,), 0.5),
        f"{APPROVAL}, got 0.5; use PatchRule.approve_after(...) or .approve_until(...)",
    ),
    "constructed directly: no date": (
        lambda: PatchRule((SECURITY,), "31.01.2027"),
        f"{APPROVAL}, got '31.01.2027'; use PatchRule.approve_after(...) or .approve_until(...)",
    ),
    "constructed directly: a date of another form": (
        lambda: PatchRule((SECURITY,), "20270131"),
        f"{APPROVAL}, got '20270131'; use PatchRule.approve_after(...) or .approve_until(...)",
    ),
    "a copy without filters": (
        lambda: replace(PatchRule((SECURITY,), 7), filters=()),
        "PatchRule filters must have 1-4 items, got 0; to match every patch, use PatchFilter.product('*')",
    ),
    "text for a flag": (
        lambda: PatchRule.approve_after(WEEK, SECURITY, enable_non_security=untyped("no")),
        "PatchRule enable_non_security must be True or False, got 'no'",
    ),
    "a source's name that is not a string": (
        lambda: source(name=untyped(7)),
        "PatchSource name must be a string, got 7",
    ),
    "a product that is not a string": (
        lambda: source(products=untyped([22.04])),
        "PatchSource product must be a string, got 22.04",
    ),
    "no filter": (
        lambda: PatchRule.approve_after(WEEK),
        "PatchRule filters must have 1-4 items, got 0; to match every patch, use PatchFilter.product('*')",
    ),
    "too many filters": (
        lambda: PatchRule.approve_after(WEEK, *[SECURITY] * 5),
        "PatchRule filters must have 1-4 items, got 5",
    ),
    "no filter at all": (
        lambda: PatchRule.approve_after(WEEK, untyped("Security")),
        "PatchRule filters must be a list of PatchFilter, got 'Security'; use a factory such as "
        "PatchFilter.product(...)",
    ),
    "a key twice": (
        lambda: PatchRule.approve_after(WEEK, SECURITY, PatchFilter.classification("Bugfix")),
        "PatchRule filters must not repeat a key, got CLASSIFICATION twice; specify all its values in one filter",
    ),
    "keys of two systems": (
        lambda: PatchRule.approve_after(WEEK, PatchFilter.msrc_severity("Critical"), PatchFilter.priority("Extra")),
        "PatchRule filters must have keys that the same operating system supports, got MSRC_SEVERITY, PRIORITY",
    ),
    "a product family of applications without a set": (
        lambda: PatchRule.approve_after(WEEK, PatchFilter.product_family("Windows", "Office")),
        "PatchRule filters must have PATCH_SET APPLICATION for the product family 'Office', got no PATCH_SET; "
        "add PatchFilter.patch_set('APPLICATION')",
    ),
    "a product family of applications in the set of the system": (
        lambda: PatchRule.approve_after(
            WEEK, PatchFilter.product_family("SQL Server"), PatchFilter.patch_set("OS"), PatchFilter.product("*")
        ),
        "PatchRule filters must have PATCH_SET APPLICATION for the product family 'SQL Server', got PATCH_SET OS; "
        "add PatchFilter.patch_set('APPLICATION')",
    ),
    "applications without a product": (
        lambda: PatchRule.approve_after(
            WEEK, PatchFilter.patch_set("APPLICATION"), PatchFilter.product_family("Office")
        ),
        "PatchRule filters must have PRODUCT with PATCH_SET APPLICATION, got none; add PatchFilter.product(...)",
    ),
    "a compliance level that does not exist": (
        lambda: PatchRule.approve_after(WEEK, SECURITY, compliance_level=untyped("SEVERE")),
        "PatchRule compliance_level must be one of ComplianceLevel.CRITICAL, ComplianceLevel.HIGH, "
        "ComplianceLevel.MEDIUM, ComplianceLevel.LOW, ComplianceLevel.INFORMATIONAL, ComplianceLevel.UNSPECIFIED, "
        "got 'SEVERE'",
    ),
    "more than 360 days": (
        lambda: PatchRule.approve_after(timedelta(days=361), SECURITY),
        "approve_after must be 0-360 whole days, got 361 days",
    ),
    "a negative delay": (
        lambda: PatchRule.approve_after(timedelta(days=-1), SECURITY),
        "approve_after must be 0-360 whole days, got -1 days",
    ),
    "half a day": (
        lambda: PatchRule.approve_after(cdk.Duration.hours(12), SECURITY),
        "approve_after must be 0-360 whole days, got 0.5 days",
    ),
    "a number of unknown unit": (
        lambda: PatchRule.approve_after(untyped(7), SECURITY),
        "approve_after must be an aws_cdk.Duration or a datetime.timedelta, got 7; write datetime.timedelta(days=7)",
    ),
    "a token in another unit": (
        lambda: PatchRule.approve_after(cdk.Duration.hours(cdk.Token.as_number({"Ref": "Hours"})), SECURITY),
        "approve_after must be in days if it is a token, got another unit; write aws_cdk.Duration.days(...)",
    ),
    "a moment for a date": (
        lambda: PatchRule.approve_until(datetime(2027, 1, 31, 2, tzinfo=UTC), SECURITY),
        "approve_until must be a datetime.date, got datetime.datetime(2027, 1, 31, 2, 0, tzinfo=datetime.timezone.utc);"
        " use .date() of the datetime in UTC",
    ),
    "a text for a date": (
        lambda: PatchRule.approve_until("2027-01-31", SECURITY),
        "approve_until must be a datetime.date, got '2027-01-31'; write datetime.date.fromisoformat('2027-01-31')",
    ),
    "a number for a date": (
        lambda: PatchRule.approve_until(untyped(20270131), SECURITY),
        "approve_until must be a datetime.date, got 20270131",
    ),
    "a system that does not exist": (
        lambda: PatchRule.security_patches(untyped("AMAZON")),
        f"operating_system must be one of {', '.join(f'OperatingSystem.{each.name}' for each in OperatingSystem)}, "
        "got 'AMAZON'",
    ),
    "a short source name": (
        lambda: source(name="ab"),
        "PatchSource name must be 3-50 letters, digits, _, - and ., got 'ab'",
    ),
    "no product": (lambda: source(products=()), "PatchSource products must have 1-20 items, got 0"),
    "too many products": (lambda: source(products=("a",) * 21), "PatchSource products must have 1-20 items, got 21"),
    "a string for products": (
        lambda: source(products=untyped("Ubuntu22.04")),
        "PatchSource products must be a list of strings, got 'Ubuntu22.04'; wrap it in [...]",
    ),
    "a long product": (
        lambda: source(products=("x" * 129,)),
        "PatchSource product must have 1-128 characters, got 129",
    ),
    "no configuration": (
        lambda: source(configuration=""),
        "PatchSource configuration must have 1-1024 characters, got 0",
    ),
    "a long configuration": (
        lambda: source(configuration="x" * 1025),
        "PatchSource configuration must have 1-1024 characters, got 1025",
    ),
}


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_refusal(call: Callable[[], object], message: str) -> None:
    assert refused(call) == message
