"""Overrides kept next to the code: which patches to install, or which baselines to use, for one schedule.

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
    """A file that the CDK uploads where the nodes can read it."""

    asset: Asset
    """The file, as the CDK uploads it: under the hash of its content, so a changed file is another object."""
    s3_url: str
    """Where the nodes read it: ``s3://bucket/key``, the form that a private bucket needs."""

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
        # Absolute, because Node may have another working directory than Python.
        asset = Asset(scope, id, path=str(path.resolve()))
        return cls(asset, asset.s3_object_url)

    def grant_read(self, grantee: IGrantable) -> Grant:
        """Let the nodes' role read this one object, and nothing else in the bucket.

        A bootstrap bucket that you encrypted with a key of your own needs ``key.grant_decrypt(role)`` beside it.

        Args:
            grantee: the role of the nodes' instance profile: they read the file, not the schedule.

        Raises:
            PatchingError: the grantee is nothing that takes a grant.
        """
        if not has_property(grantee, "grant_principal"):
            raise refusal("grantee", "must be an IGrantable, such as a role", shown(grantee))
        # Asset.grant_read() would open every asset of the account.
        return Grant.add_to_principal(
            grantee=grantee,
            actions=["s3:GetObject"],
            resource_arns=[self.asset.bucket.arn_for_objects(self.asset.s3_object_key)],
        )


class InstallOverrideList(_OverrideFile):
    """The very patches that a schedule installs, in place of those that the baseline approves.

    Compliance is still reported by the baseline. Make one with a factory, hand it to
    ``PatchSchedule(install_override_list=...)``, and let the nodes read it:
    ``PatchNodes.of(instance).grant_patching(overrides=[...])``.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
    """

    __slots__ = ()

    @classmethod
    def from_asset(cls, scope: Construct, id: str, path: str | Path) -> Self:  # noqa: A002
        """Upload a YAML file that is kept next to the code.

        It says ``patches:``, a list in which each has an ``id`` and may have a ``title``. Reading it needs PyYAML,
        which ``pip install 'patching-constructs[cli]'`` brings; `from_patches` needs nothing.

        Args:
            scope: the construct that the asset belongs to.
            id: the asset's id, unique within the scope.
            path: the file, which ends in ``.yaml`` or ``.yml``.

        Raises:
            PatchingError: the file cannot be read, or is not such a list.
        """
        return cls._from_file(scope, id, path, lambda file: check_patches(file, load_yaml(file)))

    @classmethod
    def from_patches(cls, scope: Construct, id: str, patches: Sequence[OverridePatch]) -> Self:  # noqa: A002
        """Write the list in Python.

        Args:
            scope: the construct that the asset belongs to.
            id: the asset's id, unique within the scope.
            patches: one or more patches. The same patches are the same file, whatever machine synthesizes.

        Raises:
            PatchingError: there is no patch, or one stands twice.
        """
        with creating(scope, id):
            stage = stage_of(scope)
            text = written_patches(check_list_of("patches", patches, OverridePatch))
        file = _written(stage, text)
        override = cls._upload(scope, id, file)
        # With asset staging disabled the CDK uploads the file itself, and not a copy in the cloud assembly.
        if Path(override.asset.asset_path) != file.resolve():
            file.unlink()
        return override


class BaselineOverride(_OverrideFile):
    """The baselines that a schedule uses in place of the registered ones: the nodes take that of their system.

    Make one with the factory, hand it to ``PatchSchedule(baseline_override=...)``, and let the nodes read it:
    ``PatchNodes.of(instance).grant_patching(overrides=[...])``.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-baselineoverride-parameter.html
    """

    __slots__ = ()

    @classmethod
    def from_asset(cls, scope: Construct, id: str, path: str | Path) -> Self:  # noqa: A002
        """Upload a JSON file that is kept next to the code.

        It is a list of baselines, each as ``aws ssm get-patch-baseline`` prints it.

        Args:
            scope: the construct that the asset belongs to.
            id: the asset's id, unique within the scope.
            path: the file, which ends in ``.json``.

        Raises:
            PatchingError: the file cannot be read, or is not such a list.
        """
        return cls._from_file(scope, id, path, lambda file: check_baselines(file, load_json(file)))


def _written(stage: Stage, text: str) -> Path:
    """Write the file into the cloud assembly, from where the CDK uploads it even with asset staging disabled.

    Its name has the hash of its content: the CDK takes a file of the same name for the same file.
    """
    content = text.encode()
    folder = Path(stage.asset_outdir)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"install-override-list.{sha256(content).hexdigest()}.yaml"
    file.write_bytes(content)
    return file
