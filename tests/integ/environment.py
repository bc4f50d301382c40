"""Install the emulator and the CDK CLI, unless they are installed: ``python -m tests.integ.environment``."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent.parent
EMULATOR_LOCK: Final = HERE / "emulator" / "requirements.lock"
CLI_LOCK: Final = HERE / "cli" / "package-lock.json"
EMULATOR: Final = ROOT / ".venv-emulator"
EMULATOR_PYTHON: Final = EMULATOR / "bin" / "python"
CLI_FOLDER: Final = EMULATOR / "cli"
CLI: Final = CLI_FOLDER / "node_modules" / "aws-cdk" / "bin" / "cdk"


def main() -> int:
    """Install both; return an exit code."""
    try:
        _once(EMULATOR / ".ready", EMULATOR_LOCK, _install_emulator)
        _once(CLI_FOLDER / ".ready", CLI_LOCK, _install_cli)
    except subprocess.CalledProcessError as error:
        print(f"{error.output or ''}\nThe set-up failed: {' '.join(error.cmd)}", file=sys.stderr)
        return error.returncode
    return 0


def _once(stamp: Path, lock: Path, install: Callable[[], None]) -> None:
    """Install a lock file unless the stamp says that it is installed. The stamp is written last."""
    wanted = f"{sys.version}\n{sha256(lock.read_bytes()).hexdigest()}"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    stamp.unlink(missing_ok=True)
    install()
    stamp.write_text(wanted, encoding="utf-8")


def _install_emulator() -> None:
    print("Installing the emulator of tests/integ/emulator/requirements.lock ...", flush=True)
    _quietly("uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(EMULATOR))
    # Three packages have no wheel. The lock file also pins what builds them.
    build = ("--require-hashes", "--build-constraints", str(EMULATOR_LOCK))
    _quietly("uv", "pip", "install", "--quiet", "--python", str(EMULATOR_PYTHON), *build, "-r", str(EMULATOR_LOCK))


def _install_cli() -> None:
    print("Installing the CDK CLI of tests/integ/cli/package-lock.json ...", flush=True)
    CLI_FOLDER.mkdir(exist_ok=True)
    for file in (CLI_LOCK, CLI_LOCK.with_name("package.json")):
        shutil.copy(file, CLI_FOLDER)
    _quietly("npm", "ci", "--no-audit", "--no-fund", "--prefix", str(CLI_FOLDER))


def _quietly(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


if __name__ == "__main__":
    sys.exit(main())
