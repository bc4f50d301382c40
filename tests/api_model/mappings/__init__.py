"""The mappings of all types of resources. Importing a file of this folder registers its mappings."""

from importlib import import_module
from pathlib import Path

from tests.api_model.mappings.registry import MAPPINGS, Created

__all__ = ["MAPPINGS", "Created"]

for _file in sorted(Path(__file__).parent.glob("*.py")):
    if _file.stem != "__init__":
        import_module(f"{__name__}.{_file.stem}")
