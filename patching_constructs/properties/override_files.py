"""The content of override files: lists of patches and lists of baselines.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-baselineoverride-parameter.html
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from patching_constructs._errors import PatchingError, refusal, shown
from patching_constructs._tokens import is_unresolved
from patching_constructs.ssm.operating_systems import OperatingSystem


@dataclass(frozen=True, slots=True, kw_only=True)
class OverridePatch:
    """One patch of an install override list.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html

    Raises:
        PatchingError: a string is empty, has control characters, or is a token, which cannot be written to a file.
    """

    id: str
    """On Linux, the package and its architecture, such as ``kernel.x86_64`` or ``dhcp*``; on Windows, a KB or bulletin
    id, such as ``KB4284819``; on macOS, the package, with or without its version."""
    title: str | None = None
    """On Linux, the version to install: ``name.architecture:epoch:version-release``, or with APT
    ``name.architecture:version``; ``*`` is a wildcard. On other systems, it is a comment. Default: any version."""

    def __post_init__(self) -> None:
        _check_text("OverridePatch id", self.id)
        if self.title is not None:
            _check_text("OverridePatch title", self.title)


def _check_text(what: str, text: object) -> None:
    if not isinstance(text, str):
        raise refusal(what, "must be a string", shown(text), "put quotes around it")
    if is_unresolved(text):
        rule = "must be known at synthesis, because it is written to a file"
        raise refusal(what, rule, "a token", "use a literal string")
    if not text.strip() or not text.isprintable():
        raise refusal(what, "must be nonempty text without control characters", repr(text))


# --- The list of patches ------------------------------------------------------------------------------


def written_patches(patches: Sequence[OverridePatch]) -> str:
    """Return the patches as the YAML that the service reads.

    Raises:
        PatchingError: there is no patch, or a patch is repeated.
    """
    _check_count("InstallOverrideList patches", patches)
    _check_once("InstallOverrideList patches", patches)
    lines = ["patches:"]
    for patch in patches:
        lines.append(f"  - id: {_quoted(patch.id)}")
        lines += [f"    title: {_quoted(patch.title)}"] if patch.title is not None else []
    return "\n".join([*lines, ""])


def check_patches(file: Path, document: object) -> None:
    """Check the structure of a list of patches.

    Raises:
        PatchingError: the structure is invalid, or a patch is repeated.
    """
    if not isinstance(document, dict) or list(document) != ["patches"] or not isinstance(document["patches"], list):
        raise refusal(str(file), "must contain only the key 'patches' with a list", _outlined(document))
    _check_count(f"{file} patches", document["patches"])
    patches = [_read_patch(f"{file} patches[{place}]", entry) for place, entry in enumerate(document["patches"])]
    _check_once(f"{file} patches", patches)


def _read_patch(where: str, entry: object) -> OverridePatch:
    if not isinstance(entry, dict) or "id" not in entry:
        raise refusal(where, "must have an id", repr(entry))
    # The service ignores other fields.
    try:
        return OverridePatch(id=entry["id"], title=entry.get("title"))
    except PatchingError as error:
        raise PatchingError(f"{where}: {error}") from None


def _check_count(what: str, entries: Sequence[object]) -> None:
    if not entries:
        raise refusal(what, "must have at least 1 item", 0)


def _check_once(what: str, patches: Sequence[OverridePatch]) -> None:
    # AWS's sample has the same package with two titles, either of which matches.
    seen: set[OverridePatch] = set()
    for patch in patches:
        if patch in seen:
            raise refusal(what, "must not repeat a patch", f"{patch!r} twice", "remove one of them")
        seen.add(patch)


def _quoted(text: str) -> str:
    # Every JSON string without escaped characters is also a YAML string.
    return json.dumps(text, ensure_ascii=False)


# --- The list of baselines ----------------------------------------------------------------------------

_FILTER_GROUP: Final = {"PatchFilters": [{"Key": str, "Values": [str]}]}
_RULE: Final = {
    "ApproveAfterDays": int,
    "ApproveUntilDate": str,
    "ComplianceLevel": str,
    "EnableNonSecurity": bool,
    "PatchFilterGroup": _FILTER_GROUP,
}
# [model: BaselineOverride]
_OVERRIDE: Final = {
    "ApprovalRules": {"PatchRules": [_RULE]},
    "ApprovedPatches": [str],
    "ApprovedPatchesComplianceLevel": str,
    "ApprovedPatchesEnableNonSecurity": bool,
    "AvailableSecurityUpdatesComplianceStatus": str,
    "GlobalFilters": _FILTER_GROUP,
    "OperatingSystem": str,
    "RejectedPatches": [str],
    "RejectedPatchesAction": str,
    "Sources": [{"Configuration": str, "Name": str, "Products": [str]}],
}
# [model: GetPatchBaseline], whose output the user guide writes to the file unchanged.
_BASELINE: Final = _OVERRIDE | {
    "BaselineId": str,
    "CreatedDate": object,
    "Description": str,
    "ModifiedDate": object,
    "Name": str,
    "PatchGroups": [str],
    "ResponseMetadata": object,
}
_NAMES: Final = {str: "a string", int: "a whole number", bool: "true or false"}


def check_baselines(file: Path, document: object) -> None:
    """Check the structure of a list of baselines.

    Raises:
        PatchingError: the structure, a key or an operating system is invalid.
    """
    if not isinstance(document, list):
        raise refusal(str(file), "must be a list of baselines", _outlined(document), "wrap it in [...]")
    _check_count(f"{file} baselines", document)
    for place, baseline in enumerate(document):
        where = f"{file} [{place}]"
        _check_shape(where, baseline, _BASELINE)
        _check_operating_system(where, baseline.get("OperatingSystem"))


def _check_shape(where: str, value: object, shape: object) -> None:
    match shape:
        case dict():
            _check_object(where, value, shape)
        case [inner]:
            if not isinstance(value, list):
                raise refusal(where, "must be a list", repr(value))
            for place, item in enumerate(value):
                _check_shape(f"{where}[{place}]", item, inner)
        case type() if shape is not object and type(value) is not shape:
            raise refusal(where, f"must be {_NAMES[shape]}", repr(value))


def _check_object(where: str, value: object, shape: Mapping[str, object]) -> None:
    if not isinstance(value, dict):
        raise refusal(where, "must be an object", repr(value))
    for key, inner in value.items():
        if key not in shape:
            nearest = get_close_matches(key, shape, n=1)
            fix = f"write {nearest[0]!r}" if nearest else ""
            raise refusal(where, f"must have only the keys {', '.join(shape)}", repr(key), fix)
        _check_shape(f"{where}.{key}", inner, shape[key])


def _check_operating_system(where: str, system: str | None) -> None:
    systems = [each.value for each in OperatingSystem]
    if system not in systems:
        nearest = get_close_matches(system or "", systems, n=1)
        fix = f"write {nearest[0]!r}" if nearest else ""
        raise refusal(f"{where}.OperatingSystem", f"must be one of {', '.join(systems)}", repr(system), fix)


# --- Files --------------------------------------------------------------------------------------------


def load_json(file: Path) -> object:
    """Read a JSON file.

    Raises:
        PatchingError: the file cannot be read, or is not valid JSON.
    """
    text = _text(file, (".json",))
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PatchingError(f"{file}: invalid JSON: {error}") from error


def load_yaml(file: Path) -> object:
    """Read a YAML file.

    Raises:
        PatchingError: the file cannot be read, is not valid YAML, or PyYAML is not installed.
    """
    text = _text(file, (".yaml", ".yml"))
    try:
        import yaml  # noqa: PLC0415 - an extra, which patches in Python do not require
    except ModuleNotFoundError:
        raise PatchingError(
            f"{file}: reading YAML requires an extra; run: pip install 'patching-constructs[cli]'"
        ) from None
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PatchingError(f"{file}: invalid YAML: {' '.join(str(error).split())}") from error


def _text(file: Path, suffixes: tuple[str, ...]) -> str:
    # Only the suffix of the name becomes part of the S3 key, so it must not contain backticks, quotes or $.
    if file.suffix not in suffixes:
        raise refusal(str(file), f"must end in {' or '.join(suffixes)}", repr(file.suffix))
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PatchingError(f"{file}: cannot be read: {error}") from error


def _outlined(document: object) -> str:
    if isinstance(document, dict):
        return f"an object with {', '.join(map(str, document)) or 'no keys'}"
    return "nothing" if document is None else f"a {type(document).__name__}"
