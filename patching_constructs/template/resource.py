"""A resource of a template."""

from collections.abc import Mapping

from patching_constructs.template.conditions import Truth, all_hold
from patching_constructs.template.sources import Template
from patching_constructs.template.value import Referent, Value


class Resource:
    """A resource of a template. Two are the same only if they are one object."""

    def __init__(self, template: Template, logical_id: str, content: Mapping[str, object]) -> None:
        """Create a resource from its definition in a template."""
        self.template = template
        self.logical_id = logical_id
        kind = content.get("Type")
        self.type = kind if isinstance(kind, str) else ""
        condition = content.get("Condition")
        self.condition = condition if isinstance(condition, str) else None
        self.value = Value(template, ("Resources", logical_id), content)
        self.properties = self.value["Properties"]
        self._known: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        """Return a property.

        Raises:
            UnknownError: the properties are unknown until deployment.
        """
        # Many rules ask for the same ones.
        if name not in self._known:
            self._known[name] = self.properties[name]
        return self._known[name]

    def at(self, name: str) -> Value:
        """Return a property; it is unknown where the properties are."""
        return self.properties.at(name) if self.properties.is_unknown else self[name]

    @property
    def existence(self) -> Truth:
        """Whether it is created, according to its condition and to those of what deploys its template."""
        return all_hold([self.template.existence, self.template.intrinsics.truth(self.condition)])

    @property
    def is_left_out(self) -> bool:
        """Whether its condition is known not to hold, so that it is not created."""
        return self.existence.holds is False

    @property
    def referent(self) -> Referent:
        """What a reference to it is equal to."""
        return self.template.scope, self.logical_id

    @property
    def stack(self) -> str:
        """The stack of its template."""
        return self.template.source.stack

    @property
    def environment(self) -> str:
        """The account and Region of its stack as a ``cdk.out`` names them: ``aws://account/region``."""
        return self.template.source.destination

    @property
    def construct_path(self) -> str | None:
        """The path of its construct in the app, from the template or else from the ``cdk.out``."""
        return self.template.construct_path(self.logical_id)

    def name_beside(self, other: "Resource") -> str:
        """Return its logical id, with its stack if the other resource is in another one."""
        return self.logical_id if self.template is other.template else f"{self.stack}/{self.logical_id}"
