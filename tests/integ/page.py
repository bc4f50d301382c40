"""Record the last run of `make integ`, and write the page about it: ``python -m tests.integ.page``."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.integ.apps import HELD, NOT_HELD
from tests.integ.environment import ROOT
from tests.integ.evidence import LAST_RUN, RECORD, Evidence, read, write

PAGE: Final = ROOT / "docs" / "explanation" / "emulator.md"
_INTRODUCTION: Final = """\
# What an emulator has deployed

`make integ` deploys examples with the CDK CLI to an emulator, the open-source core of LocalStack. It reads every
resource back through its API and compares each property with the template. This page is generated from a run.

**This is no evidence about AWS.** The emulator validates no value and runs no command; AWS itself is not reachable from
our CI. The page shows that the CDK CLI deploys and destroys the templates, and that these values reach the API. It
shows nothing about updates: the emulator accepts them without applying them.

The numbers are of resources, each counted once, of all examples together. [Evidence](../reference/evidence.md) counts
values of properties, by feature, and only in the examples that use the feature, so its numbers are not those of this
page.
"""
_READ_BACK: Final = """\
## Created and read back

The number after a property is that of resources. A property is not compared if the emulator does not return it, returns
another value, or the test does not read it: the page shows nothing about it.

| type | resources | equal | not compared |
|---|---|---|---|"""
_FALLBACKS: Final = """\
## Reported as created, and not created

The emulator does not support these types. It reports `CREATE_COMPLETE` with the reason *not supported but was deployed
as a fallback*, which is no evidence. Of the apps with such resources, only the other resources were created.

| type | resources | apps |
|---|---|---|"""
_CHANGES: Final = """\
## Changes

This is about change sets, not about updates: the emulator accepts updates of windows, targets and tasks without
applying them, so no new value is read back.

A schedule, an operation and the value of a tag are changed, a ring is added and removed. The change set of each
modifies, adds or removes only the resources concerned, and replaces no window. None of them changes a create-only
property of the resource schemas of AWS.
"""
_APPS: Final = """\
## Apps

These are deployed, have no difference in `cdk diff`, and leave nothing when they are destroyed: {held}.

\\* Without the resources of the app that are reported as created, and not created.

The emulator also deletes what has a `DeletionPolicy` of `Retain`; a key is pending deletion. The references between
stacks are strong, because the emulator does not resolve `Fn::GetStackOutput`, which a weak reference becomes.

| not deployed | reason |
|---|---|"""


def page(seen: Evidence) -> str:
    """Return the page."""
    incomplete = {name for each in seen.values() for name in each["fallback_apps"]}
    held = (f"`{app.name}`\\*" if app.name in incomplete else f"`{app.name}`" for app in HELD)
    apps = _APPS.format(held=", ".join(held))
    not_held = [f"| `{name}` | {reason} |" for name, reason in NOT_HELD.items()]
    tables = [_READ_BACK, *_created(seen), "", _FALLBACKS, *_not_created(seen), ""]
    parts = [_INTRODUCTION, *tables, _CHANGES, apps, *not_held]
    return "\n".join(parts) + "\n"


def _created(seen: Evidence) -> Iterator[str]:
    for kind, each in seen.items():
        if created := each["resources"] - each["fallback"]:
            yield f"| `{kind}` | {created} | {_counted(each['equal'])} | {_counted(each['dropped'])} |"


def _not_created(seen: Evidence) -> Iterator[str]:
    for kind, each in seen.items():
        if each["fallback"]:
            apps = ", ".join(f"`{name}`" for name in each["fallback_apps"])
            yield f"| `{kind}` | {each['fallback']} | {apps} |"


def _counted(counts: Mapping[str, Any]) -> str:
    return ", ".join(f"`{name}` {count}" for name, count in counts.items()) or "-"


if __name__ == "__main__":
    write(RECORD, read(LAST_RUN))
    PAGE.write_text(page(read(RECORD)), encoding="utf-8")
