"""Buckets and their policies, as the emulator returns them."""

import json
from typing import Any

from tests.integ.emulator.process import Emulator
from tests.integ.stacks import Resource


def bucket(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    name = resource.physical_id
    access = emulator.client("s3").get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    return {"BucketName": name, "PublicAccessBlockConfiguration": access}


def policy(emulator: Emulator, resource: Resource) -> dict[str, Any]:
    name = resource.properties["Bucket"]
    return {
        "Bucket": name,
        "PolicyDocument": json.loads(emulator.client("s3").get_bucket_policy(Bucket=name)["Policy"]),
    }
