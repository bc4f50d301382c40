"""Keys of AWS KMS, as the emulator returns them."""

import json
from typing import Any

from tests.integ.emulator.process import Emulator
from tests.integ.stacks import Resource


def key(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    kms, key_id = emulator.client("kms"), resource.physical_id
    return {
        "EnableKeyRotation": kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"],
        "KeyPolicy": json.loads(kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"]),
    }
