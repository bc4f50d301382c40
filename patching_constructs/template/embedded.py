"""The templates that a template deploys: of nested stacks, StackSets, Serverless applications, and products.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from patching_constructs.template.content import mapping
from patching_constructs.template.resource import Resource
from patching_constructs.template.sources import Deployer, Template
from patching_constructs.template.stack_sets import STACK_SET, StackSetRegion, regions_of
from patching_constructs.template.unknown import UNKNOWN
from patching_constructs.template.value import UnknownError, Value, listed

_STACK: Final = "AWS::CloudFormation::Stack"
_APPLICATION: Final = "AWS::Serverless::Application"
_PRODUCT: Final = "AWS::ServiceCatalog::CloudFormationProduct"
_PROVISIONED_PRODUCT: Final = "AWS::ServiceCatalog::CloudFormationProvisionedProduct"
_OWN_DEPLOYMENT: Final = {STACK_SET, _PRODUCT}


class Form(Enum):
    """How a resource names the template that it deploys."""

    BODY = auto()
    """By the template itself, as text or as a mapping."""
    LOCATION = auto()
    """By a URL or a path."""
    ELSEWHERE = auto()
    """By something that is known to AWS alone."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A template that a resource deploys: its content, or its location."""

    resource: Resource
    value: Value
    form: Form = Form.LOCATION

    @property
    def has_own_deployment(self) -> bool:
        """Whether it is deployed to other accounts and Regions than the template that deploys it."""
        return self.resource.type in _OWN_DEPLOYMENT

    @property
    def regions(self) -> list[StackSetRegion]:
        """The Regions that a StackSet deploys it to; none where they are unknown, or where it is no StackSet."""
        return regions_of(self.resource) if self.resource.type == STACK_SET else []


def deployer_of(each: Embedded) -> Deployer:
    """Return the resource that deploys a template, with what it gives for parameters."""
    resource = each.resource
    return Deployer(resource.template.scope, resource.logical_id, resource.condition, _arguments_of(each))


def _arguments_of(each: Embedded) -> Mapping[str, object] | None:
    """Return the values that a template gives for the parameters of a nested stack; None where they are unknown."""
    given = each.resource.at("Parameters")
    values = {} if given.content is None else given.content
    if each.has_own_deployment or not isinstance(values, dict) or any(str(key).startswith("Fn::") for key in values):
        return None
    return values


def embedded(template: Template) -> Iterator[Embedded]:
    """Return the templates that a template deploys."""
    for logical_id, content in template.resources():
        find = _FINDERS.get(str(content.get("Type")))
        if find is not None:
            yield from find(Resource(template, logical_id, content))


def with_unknown_parts(content: object) -> object:
    """Return the content of a text; strings with an unknown part are unknown."""
    match content:
        case str() if UNKNOWN in content:
            return {"Fn::Sub": content.replace(UNKNOWN, "${PartOfTheOuterTemplate}")}
        case dict():
            return {key: with_unknown_parts(value) for key, value in content.items()}
        case list():
            return [with_unknown_parts(item) for item in content]
        case _:
            return content


def _stack(resource: Resource) -> Iterator[Embedded]:
    body, url = resource.at("TemplateBody"), resource.at("TemplateURL")
    if body.content is not None:
        yield Embedded(resource, _unwrapped(resource, body), Form.BODY)
    elif url.content is not None:
        yield Embedded(resource, url)


def _application(resource: Resource) -> Iterator[Embedded]:
    yield Embedded(resource, resource.at("Location"))


def _product(resource: Resource) -> Iterator[Embedded]:
    """Find the templates of a product's versions: by URL, or in a repository."""
    try:
        versions = listed(resource.at("ProvisioningArtifactParameters"))
    except UnknownError as error:
        yield Embedded(resource, error.at)
        return
    for version in versions:
        yield Embedded(resource, version.at("Info").at("LoadTemplateFromURL"))
    connection = resource.at("SourceConnection")
    if connection.content is not None:
        yield Embedded(resource, connection, Form.ELSEWHERE)


def _provisioned_product(resource: Resource) -> Iterator[Embedded]:
    product = resource.at("ProductId")
    # A product of the template is read itself.
    if product.reference is None:
        name = resource.at("ProductName")
        yield Embedded(resource, name if product.content is None else product, Form.ELSEWHERE)


def _unwrapped(resource: Resource, body: Value) -> Value:
    """Return the mapping that ``Fn::ToJsonString`` writes as text."""
    match mapping(resource.value["Properties"].content).get("TemplateBody"):
        case {"Fn::ToJsonString": dict() as content}:
            return Value(body.template, (*body.path, "Fn::ToJsonString"), content)
        case _:
            return body


_FINDERS: Final[dict[str, Callable[[Resource], Iterator[Embedded]]]] = {
    _STACK: _stack,
    STACK_SET: _stack,
    _APPLICATION: _application,
    _PRODUCT: _product,
    _PROVISIONED_PRODUCT: _provisioned_product,
}
