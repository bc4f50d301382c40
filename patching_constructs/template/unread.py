"""The templates that templates deploy and that are not read with them."""

from collections.abc import Iterable

from patching_constructs.template.sources import Template, Unread
from patching_constructs.template.value import Value


class UnreadTemplate:
    """A template that a resource deploys and that was not read, and why."""

    def __init__(self, template: Template, unread: Unread) -> None:
        """Take the template that deploys it."""
        self.value = Value(template, unread.path, unread.content)
        self.reason = unread.reason

    @property
    def logical_id(self) -> str:
        """The logical id of the resource that deploys it."""
        return self.value.template.source.qualified(str(self.value.path[1]))


def unread_of(templates: Iterable[Template]) -> list[UnreadTemplate]:
    """Return the templates that some templates deploy and that were not read with them."""
    return [UnreadTemplate(template, each) for template in templates for each in template.unread]
