"""Overrides kept next to the code: which patches to install, or which baselines to use, for one schedule.

https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-baselineoverride-parameter.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Self

from aws_cdk.aws_iam import Grant, IGrantable
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from patching_constructs.override_content import (
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

    @classmethod
    def _upload(cls, scope: Construct, id: str, path: Path) -> Self:  # noqa: A002
        asset = Asset(scope, id, path=str(path))
        return cls(asset, asset.s3_object_url)

    def grant_read(self, grantee: IGrantable) -> Grant:
        """Let the nodes' role read this one object, and nothing else in the bucket.

        A bootstrap bucket that you encrypted with a key of your own needs ``key.grant_decrypt(role)`` beside it.

        Args:
            grantee: the role of the nodes' instance profile: they read the file, not the schedule.
        """
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
        file = Path(path)
        check_patches(file, load_yaml(file))
        return cls._upload(scope, id, file)

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
        text = written_patches(patches)
        # Not deleted: with asset staging disabled, the CDK uploads the file from where it lies.
        file = Path(mkdtemp(prefix="patching-constructs-")) / "install-override-list.yaml"
        file.write_bytes(text.encode())
        return cls._upload(scope, id, file)


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
        file = Path(path)
        check_baselines(file, load_json(file))
        return cls._upload(scope, id, file)
