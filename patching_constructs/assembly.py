"""The archive: a ``cdk.out`` or a template file, read into plain records.

What only the deployment knows stays what it is, a `Deferred`; nothing is guessed. Standard library, and PyYAML for
templates in YAML.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from patching_constructs._errors import PatchingError

WINDOW: Final = "AWS::SSM::MaintenanceWindow"
TARGET: Final = "AWS::SSM::MaintenanceWindowTarget"
TASK: Final = "AWS::SSM::MaintenanceWindowTask"


@dataclass(frozen=True, slots=True)
class Deferred:
    """A value that is not known before deployment: the intrinsic function that will make it."""

    intrinsic: str

    def __str__(self) -> str:
        return f"not known before deployment ({self.intrinsic})"


Text = str | Deferred | None


@dataclass(frozen=True, slots=True)
class TargetRecord:
    """A target of a window."""

    logical_id: str
    resource_type: Text
    filters: tuple[tuple[Text, tuple[Text, ...]], ...]


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A task of a window."""

    logical_id: str
    document: Text
    parameters: Mapping[str, tuple[Text, ...]]
    target_ids: tuple[str | Deferred, ...]
    max_concurrency: Text
    max_errors: Text

    def parameter(self, name: str) -> Text:
        """Return the only value of a document parameter, or None."""
        values = self.parameters.get(name, ())
        return values[0] if values else None


@dataclass(frozen=True, slots=True)
class WindowRecord:
    """A maintenance window with its targets and tasks, in the words of the template."""

    stack: str
    environment: str
    logical_id: str
    name: Text
    schedule: Text
    time_zone: Text
    schedule_offset: Text
    duration: Text
    cutoff: Text
    start_date: Text
    end_date: Text
    targets: tuple[TargetRecord, ...] = ()
    tasks: tuple[TaskRecord, ...] = ()

    @property
    def label(self) -> str:
        """What a person calls the window: its name, or its logical id where the name is not known."""
        return self.name if isinstance(self.name, str) else self.logical_id


def read_windows(path: Path, *, use_defaults: bool = False) -> list[WindowRecord]:
    """Read every maintenance window below a path.

    Args:
        path: a ``cdk.out`` directory, with its stages and nested stacks, or a template in JSON or YAML.
        use_defaults: take a parameter's default for its value. Default: a parameter is not known before deployment.

    Raises:
        PatchingError: the path cannot be read, or is no template.
    """
    return [window for source in _sources(path) for window in _windows_of(source, use_defaults=use_defaults)]


# --- Files --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Source:
    """A template's file, the stack it belongs to, and the environment that it is deployed to."""

    file: Path
    stack: str
    environment: str = ""


def _sources(path: Path) -> list[_Source]:
    if not _exists(path):
        raise PatchingError(f"{path}: there is no such file or directory; run cdk synth first")
    if not path.is_dir():
        return [_Source(path, re.sub(r"\.template$", "", path.stem))]
    if not (path / "manifest.json").is_file():
        raise PatchingError(f"{path}: the directory has no manifest.json, so it is no cdk.out; name a template file")
    return list(_sources_of_assembly(path))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        # A name that is too long for the file system, say.
        return False


def _sources_of_assembly(directory: Path) -> Iterator[_Source]:
    # The manifest says what belongs to the app; the directory may hold what an earlier one left behind.
    artifacts = _mapping(_mapping(_load(directory / "manifest.json")).get("artifacts"))
    for name, artifact in artifacts.items():
        properties = _mapping(_mapping(artifact).get("properties"))
        match _mapping(artifact).get("type"):
            case "aws:cloudformation:stack" if isinstance(properties.get("templateFile"), str):
                stack = _Source(
                    file=directory / properties["templateFile"],
                    stack=str(properties.get("stackName", name)),
                    environment=str(artifact.get("environment", "")),
                )
                yield stack
                yield from _nested(stack, directory / f"{name}.assets.json")
            # A stage lies in a folder of its own: "." or ".." would lead in a circle.
            case "cdk:cloud-assembly" if re.fullmatch(r"[^./\\][^/\\]*", str(properties.get("directoryName", ""))):
                yield from _sources_of_assembly(directory / str(properties["directoryName"]))


def _nested(parent: _Source, assets: Path) -> Iterator[_Source]:
    """Find the templates of nested stacks among the assets of the stack that they are nested in."""
    if not assets.is_file():
        return
    for asset in _mapping(_mapping(_load(assets)).get("files")).values():
        file = _mapping(_mapping(asset).get("source")).get("path")
        if isinstance(file, str) and file.endswith(".nested.template.json"):
            name = file.removesuffix(".nested.template.json")
            yield _Source(assets.parent / file, f"{parent.stack}/{name}", parent.environment)


def _windows_of(source: _Source, *, use_defaults: bool) -> list[WindowRecord]:
    document = _load_template(source.file)
    try:
        return list(_Template(source, document, use_defaults=use_defaults).windows())
    except (RecursionError, TypeError, ValueError) as error:
        # YAML can nest a value in itself and have keys that are no text, a default can refer to itself.
        raise PatchingError(f"{source.file}: that is no CloudFormation template: {error}") from error


def _load_template(file: Path) -> dict[str, Any]:
    document = _load(file)
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise PatchingError(f"{file}: that is no CloudFormation template: it has no Resources")
    return document


def _load(file: Path) -> object:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PatchingError(f"{file}: cannot be read: {error}") from error
    if file.suffix in {".yaml", ".yml"} or not text.lstrip().startswith("{"):
        return _load_yaml(file, text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PatchingError(f"{file}: that is no JSON: {error}") from error


def _load_yaml(file: Path, text: str) -> object:
    try:
        import yaml  # noqa: PLC0415 - an extra; JSON needs none
    except ModuleNotFoundError:
        raise PatchingError(f"{file}: reading YAML needs the extra: pip install 'patching-constructs[cli]'") from None

    class Loader(yaml.SafeLoader):
        """Plain values, with the short forms of the intrinsic functions, and with dates as the text they are."""

        yaml_implicit_resolvers = {  # noqa: RUF012
            first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    def short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> object:
        match node:
            case yaml.ScalarNode():
                value: object = node.value.split(".", 1) if suffix == "GetAtt" else node.value
            case yaml.SequenceNode():
                value = loader.construct_sequence(node, deep=True)
            case _:
                value = loader.construct_mapping(cast("yaml.MappingNode", node), deep=True)
        return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}

    Loader.add_multi_constructor("!", short_form)
    try:
        return yaml.load(text, Loader)  # noqa: S506 - Loader is a SafeLoader
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise PatchingError(f"{file}: that is no YAML: {' '.join(str(error).split())}") from error


# --- Templates ----------------------------------------------------------------------------------------


class _Template:
    """One template, and what is known of its values before deployment."""

    def __init__(self, source: _Source, document: dict[str, Any], *, use_defaults: bool) -> None:
        self._source = source
        self._resources = {
            name: resource for name, resource in document["Resources"].items() if isinstance(resource, dict)
        }
        parameters = document.get("Parameters")
        self._defaults: dict[str, object] = {}
        if use_defaults and isinstance(parameters, dict):
            self._defaults = {
                name: parameter["Default"]
                for name, parameter in parameters.items()
                if isinstance(parameter, dict) and "Default" in parameter
            }

    def windows(self) -> Iterator[WindowRecord]:
        targets = [(self._window_of(p), self._target(name, p)) for name, p in self._of_type(TARGET)]
        tasks = [(self._window_of(p), self._task(name, p)) for name, p in self._of_type(TASK)]
        for name, properties in self._of_type(WINDOW):
            yield replace(
                self._window(name, properties),
                targets=tuple(target for window, target in targets if window == name),
                tasks=tuple(task for window, task in tasks if window == name),
            )

    def _of_type(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, resource in self._resources.items():
            if resource.get("Type") == kind:
                yield name, _mapping(resource.get("Properties"))

    def _window_of(self, properties: dict[str, Any]) -> str | None:
        return self._reference(properties.get("WindowId"))

    def _window(self, name: str, properties: dict[str, Any]) -> WindowRecord:
        return WindowRecord(
            stack=self._source.stack,
            environment=self._source.environment,
            logical_id=name,
            name=self._text(properties.get("Name")),
            schedule=self._text(properties.get("Schedule")),
            time_zone=self._text(properties.get("ScheduleTimezone")),
            schedule_offset=self._text(properties.get("ScheduleOffset")),
            duration=self._text(properties.get("Duration")),
            cutoff=self._text(properties.get("Cutoff")),
            start_date=self._text(properties.get("StartDate")),
            end_date=self._text(properties.get("EndDate")),
        )

    def _target(self, name: str, properties: dict[str, Any]) -> TargetRecord:
        filters = tuple(
            (self._text(each.get("Key")), tuple(self._text(value) for value in _sequence(each.get("Values"))))
            for each in map(_mapping, _sequence(properties.get("Targets")))
        )
        return TargetRecord(name, self._text(properties.get("ResourceType")), filters)

    def _task(self, name: str, properties: dict[str, Any]) -> TaskRecord:
        invocation = _mapping(properties.get("TaskInvocationParameters"))
        command = _mapping(invocation.get("MaintenanceWindowRunCommandParameters"))
        ids = [
            self._reference(value) or Deferred(json.dumps(value, default=str))
            for each in map(_mapping, _sequence(properties.get("Targets")))
            if each.get("Key") == "WindowTargetIds"
            for value in _sequence(each.get("Values"))
        ]
        return TaskRecord(
            logical_id=name,
            document=self._text(properties.get("TaskArn")),
            parameters={
                parameter: tuple(self._text(value) for value in _sequence(given))
                for parameter, given in _mapping(command.get("Parameters")).items()
            },
            target_ids=tuple(ids),
            max_concurrency=self._text(properties.get("MaxConcurrency")),
            max_errors=self._text(properties.get("MaxErrors")),
        )

    def _reference(self, value: object) -> str | None:
        """Return the logical id that a value refers to, if it is a plain reference to a resource here."""
        match value:
            case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
                return name if name in self._resources else None
            case {"Fn::Sub": str(text)} if found := re.fullmatch(r"\$\{([A-Za-z0-9]+)\}", text):
                return found[1] if found[1] in self._resources else None
            case _:
                return None

    def _text(self, value: object) -> Text:
        match value:
            case None | str():
                return value
            case bool():
                return str(value).lower()
            case int() | float():
                return str(value)
            case {"Ref": "AWS::NoValue"}:
                return None
            case {"Ref": str(name)} if name in self._defaults:
                return self._text(self._defaults[name])
            case {"Fn::Join": [str(separator), [*parts]]}:
                return self._joined(value, separator, [self._text(part) for part in parts])
            case {"Fn::Sub": str(text)}:
                return self._substituted(value, text)
            case _:
                return Deferred(json.dumps(value, default=str, separators=(",", ":")))

    def _joined(self, value: object, separator: str, parts: list[Text]) -> Text:
        known = [part for part in parts if isinstance(part, str)]
        if len(known) < len(parts):
            return Deferred(json.dumps(value, default=str, separators=(",", ":")))
        return separator.join(known)

    def _substituted(self, value: object, text: str) -> Text:
        pieces = re.split(r"\$\{([^}]*)\}", text)
        parts: list[Text] = list(pieces)
        for place in range(1, len(pieces), 2):
            name = pieces[place]
            parts[place] = f"${{{name[1:]}}}" if name.startswith("!") else self._text({"Ref": name})
        return self._joined(value, "", parts)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []
