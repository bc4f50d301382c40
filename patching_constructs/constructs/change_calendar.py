"""ChangeCalendar: when changes are allowed, for gates, runbooks and associations that ask.

https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-change-calendar.html
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import jsii
from aws_cdk import Annotations, Resource
from aws_cdk import aws_iam as iam
from aws_cdk.aws_ssm import CfnDocument
from aws_cdk.interfaces import ResourceEnvironment
from aws_cdk.interfaces.aws_ssm import DocumentReference, IDocumentRef
from constructs import Construct

from patching_constructs._errors import refusal, shown
from patching_constructs._tokens import is_unresolved
from patching_constructs._validation import check_description, check_list_of, check_literal, check_type, has_property
from patching_constructs.constructs._scopes import creating
from patching_constructs.constructs._task_permissions import document_arn
from patching_constructs.properties._resource_names import check_resource_name
from patching_constructs.properties.calendar_events import CalendarEvent, CalendarType
from patching_constructs.properties.calendar_text import calendar_of_file, calendar_text
from patching_constructs.properties.freeze import PatchFreeze
from patching_constructs.ssm import limits

_EVENTS_FIX: Final = "write PatchFreeze(start, end, reason) or CalendarEvent(...)"
_READING: Final = "ssm:GetCalendarState"
WITHOUT_EVENTS: Final = "patching-constructs:calendarWithoutEvents"
WITHOUT_GAP: Final = "patching-constructs:eventWithoutGap"
_ALWAYS: Final = {
    CalendarType.DEFAULT_OPEN: "the calendar has no events, so it is always open; set events or ics_file",
    CalendarType.DEFAULT_CLOSED: "the calendar has no events, so it is always closed; set events or ics_file",
}


class IChangeCalendar(IDocumentRef, Protocol):
    """A change calendar, created here or imported."""

    @property
    def calendar_name(self) -> str:
        """The name of the calendar, which is that of its document."""
        ...  # pragma: no cover

    @property
    def calendar_arn(self) -> str:
        """The ARN of the calendar."""
        ...  # pragma: no cover

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant permission to ask whether the calendar is open.

        Args:
            grantee: the principal.
        """
        ...  # pragma: no cover


@jsii.implements(IDocumentRef)
class ChangeCalendar(Construct):
    """A calendar that is open or closed, for what asks it: a `PatchGate`, an association, or a runbook.

    A maintenance window does not ask: for a schedule, use its ``freezes``, or `PatchFreezes` for a scope. The same
    `PatchFreeze` can be an event of the calendar.

    There are warnings for a calendar without events, ``patching-constructs:calendarWithoutEvents``, and for a repeated
    event that lasts until it starts again, ``patching-constructs:eventWithoutGap``.

    A change of the events is a new version of the document, which becomes its default version.

    Args:
        scope: the construct that this one belongs to.
        id: the construct's id, unique within the scope.
        calendar_type: whether it is open without an event, and closed during events, or the opposite.
            Default: DEFAULT_OPEN, it is closed during events.
        events: the events. A `PatchFreeze` requires DEFAULT_OPEN, because it would open a calendar that is closed.
            Default: none; there is a warning if there is no ``ics_file`` either.
        ics_file: an iCalendar file with the events, which becomes a part of the template, instead of ``events`` and
            ``description``. It is checked, and gets the header of Change Calendar. Events in local time require a time
            zone, ``TZID`` or ``X-WR-TIMEZONE``; AWS documents files of Google Calendar, Microsoft Outlook and iCloud
            Calendar, and that the import of a repeated event without some of its dates fails. Default: none.
        calendar_name: the name of the document, 3-128 letters, digits, ``_``, ``-`` and ``.``. Another name is another
            calendar: CloudFormation replaces it. Default: a name that CloudFormation generates.
        description: what the calendar is for, 1-128 characters. Default: none.

    Raises:
        PatchingError: a property is invalid, or the calendar is longer than 64 KB.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-change-calendar.html
    https://docs.aws.amazon.com/systems-manager/latest/userguide/third-party-events.html
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - the CDK's name for it
        *,
        calendar_type: CalendarType = CalendarType.DEFAULT_OPEN,
        events: Sequence[PatchFreeze | CalendarEvent] = (),
        ics_file: str | Path | None = None,
        calendar_name: str | None = None,
        description: str | None = None,
    ) -> None:
        with creating(scope, id):
            check_literal("calendar_type", calendar_type, CalendarType)
            _check_known("calendar_type", calendar_type)
            check_list_of("events", events, (PatchFreeze, CalendarEvent), _EVENTS_FIX)
            _check_events(calendar_type, events)
            check_description(description, limits.DESCRIPTION_LENGTH)
            _check_known("description", description or "")
            check_resource_name("calendar_name", calendar_name)
            if ics_file is None:
                self._content = calendar_text(calendar_type, events, description)
            else:
                _check_alone(ics_file, events, description)
                self._content = calendar_of_file(_read(ics_file), calendar_type)
        super().__init__(scope, id)
        self._document = CfnDocument(
            self,
            "Resource",
            content={},
            document_type="ChangeCalendar",
            document_format="TEXT",
            name=calendar_name,
            update_method="NewVersion",
        )
        # In Python, the property of the L1 construct accepts only an object.
        self._document.add_property_override("Content", self._content)
        if not events and ics_file is None:
            Annotations.of(self).add_warning_v2(WITHOUT_EVENTS, _ALWAYS[calendar_type])
        for event in events:
            if isinstance(event, CalendarEvent) and event.has_no_gap:
                Annotations.of(self).add_warning_v2(WITHOUT_GAP, _without_gap(event))

    @staticmethod
    def from_calendar_name(scope: Construct, id: str, calendar_name: str) -> IChangeCalendar:  # noqa: A002
        """Import an existing calendar of this account and Region by its name.

        Args:
            scope: the construct that the import belongs to.
            id: the construct's id.
            calendar_name: the name of its document.

        Raises:
            PatchingError: the name is invalid.
        """
        with creating(scope, id):
            check_type("calendar_name", calendar_name, str)
            check_resource_name("calendar_name", calendar_name)
        return _ImportedCalendar(scope, id, calendar_name)

    @property
    def calendar_name(self) -> str:
        """The name of the calendar, which is that of its document."""
        return self._document.ref

    @property
    def calendar_arn(self) -> str:
        """The ARN of the calendar."""
        return document_arn(self.calendar_name)

    @property
    def document_ref(self) -> DocumentReference:
        """A reference to the document, as in ``IDocumentRef``."""
        return self._document.document_ref

    @property
    def env(self) -> ResourceEnvironment:
        """The account and Region of the calendar."""
        return self._document.env

    @property
    def content(self) -> str:
        """The calendar as iCalendar."""
        return self._content

    @property
    def document(self) -> CfnDocument:
        """The L1 construct of the document."""
        return self._document

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant permission to ask whether the calendar is open: ``ssm:GetCalendarState``.

        Args:
            grantee: the principal, for example the role of a runbook.

        Raises:
            PatchingError: the argument is not an ``IGrantable``.
        """
        return _grant_read(self.calendar_arn, grantee)


@jsii.implements(IDocumentRef)
class _ImportedCalendar(Resource):
    def __init__(self, scope: Construct, id: str, calendar_name: str) -> None:  # noqa: A002
        super().__init__(scope, id)
        self._name = calendar_name

    @property
    def calendar_name(self) -> str:
        return self._name

    @property
    def calendar_arn(self) -> str:
        return document_arn(self._name)

    @property
    def document_ref(self) -> DocumentReference:
        return DocumentReference(document_name=self._name)

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        return _grant_read(self.calendar_arn, grantee)


def _without_gap(event: CalendarEvent) -> str:
    return (
        f"the {event.frequency} event {event.summary!r} lasts {event.length}, until it starts again, so the calendar "
        "does not change between its events; reduce duration, or increase interval"
    )


def _grant_read(arn: str, grantee: iam.IGrantable) -> iam.Grant:
    if not has_property(grantee, "grant_principal"):
        raise refusal("grantee", "must be an IGrantable, such as a role", shown(grantee))
    return iam.Grant.add_to_principal(grantee=grantee, actions=[_READING], resource_arns=[arn])


def _check_alone(ics_file: str | Path, events: Sequence[PatchFreeze | CalendarEvent], description: str | None) -> None:
    """Check that a file is given instead of the properties that it has."""
    check_type("ics_file", ics_file, (str, Path))
    name = "events" if events else "description" if description is not None else None
    if name is not None:
        raise refusal("ics_file", f"cannot be used with {name}", "both", "add them to the file, or leave it out")


def _read(file: str | Path) -> str:
    try:
        return Path(str(file)).read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise refusal("ics_file", "must be a text file that can be read", f"{str(file)!r}: {error}") from error


def _check_events(kind: CalendarType, events: Sequence[PatchFreeze | CalendarEvent]) -> None:
    for event in events:
        if isinstance(event, CalendarEvent):
            _check_known("summary", event.summary)
            continue
        _check_known("reason", event.reason)
        if kind == CalendarType.DEFAULT_CLOSED:
            rule = "of a DEFAULT_CLOSED calendar open it, and cannot be a PatchFreeze"
            raise refusal("events", rule, repr(event.reason), "use DEFAULT_OPEN, or CalendarEvent")


def _check_known(what: str, text: str) -> None:
    if is_unresolved(text):
        raise refusal(what, "must be known at synthesis, because it is a part of the calendar", "a token")
