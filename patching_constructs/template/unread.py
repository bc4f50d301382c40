"""Deployed templates that could not be read."""

from collections.abc import Iterable

from patching_constructs.template.sources import Template, Unread
from patching_constructs.template.value import Value


class UnreadTemplate:
    """A template that a resource deploys and that could not be read, with the reason."""

    def __init__(self, template: Template, unread: Unread) -> None:
        """Create it from the template that deploys it."""
        self.value = Value(template, unread.path, unread.content)
        self.reason = unread.reason

    @property
    def logical_id(self) -> str:
        """The logical ID of the resource that deploys it."""
        return self.value.template.source.qualified(str(self.value.path[1]))


def unread_of(templates: Iterable[Template]) -> list[UnreadTemplate]:
    """Return the templates that the given ones deploy and that could not be read."""
    return [UnreadTemplate(template, each) for template in templates for each in template.unread]
