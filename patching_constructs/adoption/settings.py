"""Statements about the L1 constructs of a construct: their logical ids, and what the construct has no property for."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from patching_constructs.adoption.adopted import Dependency, Note
from patching_constructs.adoption.code import Call, Expression, Literal, Name, Statement
from patching_constructs.adoption.given import NO_VALUE, Given, NotAdoptableError, shown, text
from patching_constructs.template.resource import Resource

_POLICIES: Final = {"DeletionPolicy": "deletion_policy", "UpdateReplacePolicy": "update_replace_policy"}
_PATH: Final = "aws:cdk:path"


class Settings:
    """The statements for the resources of one construct."""

    def __init__(self) -> None:
        """Begin without a statement."""
        self.statements: list[Statement] = []
        self.handles: dict[str, str] = {}
        self.notes: list[Note] = []
        self.dependencies: list[Dependency] = []

    def resource(self, resource: Resource, handle: str) -> None:
        """Keep the logical id of a resource, and its attributes beside the properties.

        Raises:
            NotAdoptableError: an attribute is unknown until deployment, or none that the CDK has.
        """
        self.handles[resource.logical_id] = handle
        self._call(handle, "override_logical_id", Literal(resource.logical_id))
        given = Given(resource.template.content["Resources"][resource.logical_id])
        for name in ("Type", "Properties"):
            given.take(name)
        if (condition := given.take("Condition")) is not None:
            found = Call("rest.get_condition", [Literal(str(condition))])
            self.assign(f"{handle}.cfn_options.condition", found)
        for name, option in _POLICIES.items():
            if (policy := given.take(name)) is not None:
                self.assign(f"{handle}.cfn_options.{option}", Name(f"cdk.CfnDeletionPolicy.{_policy(name, policy)}"))
        depends = given.take("DependsOn") or []
        for each in depends if isinstance(depends, list) else [depends]:
            if not isinstance(each, str):
                raise NotAdoptableError(f"DependsOn must have the logical IDs of resources, got {shown(each)}")
            self.dependencies.append(Dependency(handle, each))
        for key, value in given.below("Metadata").take_all().items():
            if key != _PATH:
                self._call(handle, "add_metadata", Literal(key), Literal(value))
        given.finish()

    def assign(self, target: str, expression: Expression) -> None:
        """Assign to a property of an L1 construct."""
        self.statements.append(Statement(expression, target))

    def override(self, handle: str, properties: Mapping[str, Any]) -> None:
        """Set properties in the template that the construct does not have, or not like this, by their paths."""
        for path, value in properties.items():
            self._call(handle, "add_property_override", Literal(path), Literal(value))

    def tags(self, handle: str, given: Given) -> None:
        """Tag a resource; tags that the CDK would write otherwise are set as they are.

        Raises:
            NotAdoptableError: the tags are unknown until deployment.
        """
        tags = given.each("Tags")
        keys = [Given(each, f"Tags.{place}").required("Key") for place, each in enumerate(tags)]
        if tags and not (_are_sorted(keys) and all(map(_has_value, tags))):
            self.override(handle, {"Tags": tags})
            return
        for tag in tags:
            added = Call("add", [text(tag["Key"]), text(tag["Value"])], of=Call("cdk.Tags.of", [Name(handle)]))
            self.statements.append(Statement(added))

    def note(self, logical_id: str, *texts: str) -> None:
        """Add what is different."""
        self.notes += [Note(logical_id, each) for each in texts]

    def _call(self, handle: str, method: str, *arguments: Expression) -> None:
        self.statements.append(Statement(Call(f"{handle}.{method}", arguments)))


def properties_of(resource: Resource) -> object:
    """Return the properties of a resource as its template has them."""
    return resource.template.content["Resources"][resource.logical_id].get("Properties") or {}


def _are_sorted(keys: Sequence[object]) -> bool:
    """Return whether the keys of tags are known, different and in order, because the CDK sorts and merges tags."""
    known = [each.casefold() for each in keys if isinstance(each, str)]
    return len(known) == len(keys) and known == sorted(set(known))


def _has_value(tag: Mapping[str, object]) -> bool:
    """Return whether a tag has a value, and nothing else but its key."""
    return tag.keys() == {"Key", "Value"} and tag["Value"] not in (None, "", NO_VALUE)


def _policy(name: str, value: object) -> str:
    known = {"Delete": "DELETE", "Retain": "RETAIN", "RetainExceptOnCreate": "RETAIN_EXCEPT_ON_CREATE"}
    if not isinstance(value, str) or value not in known:
        raise NotAdoptableError(f"{name} must be one of {', '.join(known)}, got {shown(value)}")
    return known[value]
