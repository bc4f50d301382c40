"""Print the files with tests that have the mark ``proves``, without those that only an emulator runs."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def marked_files() -> list[Path]:
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [
        file for file in files if "proves" in file.read_text(encoding="utf-8") and file.parent != Path(__file__).parent
    ]


if __name__ == "__main__":
    print(*(file.relative_to(ROOT) for file in marked_files() if "integ" not in file.parts))  # noqa: T201
