"""Override files in the app: which patches to install, or which baselines to use, for one schedule.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-baselineoverride-parameter.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

from aws_cdk import Stage
from aws_cdk.aws_iam import Grant, IGrantable
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from patching_constructs._errors import refusal, shown
from patching_constructs._validation import check_list_of, check_type, has_property
from patching_constructs.constructs._scopes import creating, stage_of
from patching_constructs.properties.override_files import (
    OverridePatch,
    check_baselines,
    check_patches,
    load_json,
    load_yaml,
    written_patches,
)


@dataclass(frozen=True, slots=True)
class _OverrideFile:
    """A file that the CDK uploads to S3 for the nodes."""

    asset: Asset
    """The asset. Its key is the hash of its content, so that a changed file is another object."""
    s3_url: str
    """The URL for the nodes: ``s3://bucket/key``, the form that a private bucket requires."""

    def __post_init__(self) -> None:
        check_type(f"{type(self).__name__} asset", self.asset, Asset, "use a factory")
        check_type(f"{type(self).__name__} s3_url", self.s3_url, str, "use a factory")

    @classmethod
    def _from_file(cls, scope: Construct, id: str, path: str | Path, check: Callable[[Path], None]) -> Self:  # noqa: A002
        with creating(scope, id):
            stage_of(scope)
            check_type("path", path, (str, Path))
            file = Path(str(path))
            check(file)
        return cls._upload(scope, id, file)

    @classmethod
    def _upload(cls, scope: Construct, id: str, path: Path) -> Self:  # noqa: A002
        # Absolute, because Node can have a different working directory.
        asset = Asset(scope, id, path=str(path.resolve()))
        return cls(asset, asset.s3_object_url)

    def grant_read(self, grantee: IGrantable) -> Grant:
        """Grant the nodes' role permission to read this object, and no other object in the bucket.

        If you encrypted the bootstrap bucket with a customer managed key, also call ``key.grant_decrypt(role)``.

        Args:
            grantee: the role of the nodes' instance profile, because the nodes read the file.

        Raises:
            PatchingError: the grantee is not an ``IGrantable``.
        """
        if not has_property(grantee, "grant_principal"):
            raise refusal("grantee", "must be an IGrantable, such as a role", shown(grantee))
        # Asset.grant_read() would grant access to every asset in the account.
        return Grant.add_to_principal(
            grantee=grantee,
            actions=["s3:GetObject"],
            resource_arns=[self.asset.bucket.arn_for_objects(self.asset.s3_object_key)],
        )


class InstallOverrideList(_OverrideFile):
    """The exact patches that a schedule installs, instead of those that the baseline approves.

    Compliance is still reported for the baseline. Create a list with a factory, pass it to
    ``PatchSchedule(install_override_list=...)``, and grant the nodes permission to read it with
    ``PatchNodes.of(instance).grant_patching(overrides=[...])``.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
    """

    __slots__ = ()

    @classmethod
    def from_asset(cls, scope: Construct, id: str, path: str | Path) -> Self:  # noqa: A002
        """Upload a YAML file.

        It has the key ``patches`` with a list of patches, each with an ``id`` and an optional ``title``. Reading it
        requires PyYAML, which ``pip install 'patching-constructs[cli]'`` installs; `from_patches` does not.

        Args:
            scope: the construct that the asset belongs to.
            id: the asset's id, unique within the scope.
            path: the file, with the suffix ``.yaml`` or ``.yml``.

        Raises:
            PatchingError: the file cannot be read, or its content is invalid.
        """
        return cls._from_file(scope, id, path, lambda file: check_patches(file, load_yaml(file)))

    @classmethod
    def from_patches(cls, scope: Construct, id: str, patches: Sequence[OverridePatch]) -> Self:  # noqa: A002
        """Upload a list that is defined in Python.

        Args:
            scope: the construct that the asset belongs to.
            id: the asset's id, unique within the scope.
            patches: one or more patches. The same patches result in the same file on every machine.

        Raises:
            PatchingError: there is no patch, or a patch is repeated.
        """
        with creating(scope, id):
            stage = stage_of(scope)
            text = written_patches(check_list_of("patches", patches, OverridePatch))
        file = _written(stage, text)
        override = cls._upload(scope, id, file)
        # With asset staging disabled, the CDK uploads this file instead of a copy in the cloud assembly.
        if Path(override.asset.asset_path) != file.resolve():
            file.unlink()
        return override


class BaselineOverride(_OverrideFile):
    """The baselines that a schedule uses instead of the registered ones; each node uses that of its operating system.

    Create it with the factory, pass it to ``PatchSchedule(baseline_override=...)``, and grant the nodes permission to
    read it with ``PatchNodes.of(instance).grant_patching(overrides=[...])``.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-baselineoverride-parameter.html
    """

    __slots__ = ()

    @classmethod
    def from_asset(cls, scope: Construct, id: str, path: str | Path) -> Self:  # noqa: A002
        """Upload a JSON file.

        It contains a list of baselines, each in the format of ``aws ssm get-patch-baseline``.

        Args:
            scope: the construct that the asset belongs to.
            id: the asset's id, unique within the scope.
            path: the file, with the suffix ``.json``.

        Raises:
            PatchingError: the file cannot be read, or its content is invalid.
        """
        return cls._from_file(scope, id, path, lambda file: check_baselines(file, load_json(file)))


def _written(stage: Stage, text: str) -> Path:
    """Write the file to the cloud assembly, from which the CDK uploads it even with asset staging disabled.

    The name contains the hash of the content, because the CDK treats files with the same name as the same file.
    """
    content = text.encode()
    folder = Path(stage.asset_outdir)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"install-override-list.{sha256(content).hexdigest()}.yaml"
    file.write_bytes(content)
    return file
