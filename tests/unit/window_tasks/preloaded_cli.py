"""The AWS CLI in a process that has imported it: each command runs in a fork, which saves most of a second of CPU.

``python preloaded_cli.py SOCKET`` listens on a socket. `CLIENT` is the ``aws`` of the scripts: it sends its arguments,
its environment and its three streams, and exits with the code of the command.
"""

import array
import json
import os
import socket
import sys
import traceback
from pathlib import Path
from typing import Final

CLIENT: Final = """#!{python} -IS
import array, json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    streams = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))
    server.sendmsg([b"+"], [streams])
    server.sendall(json.dumps([sys.argv[1:], dict(os.environ)]).encode())
    server.shutdown(socket.SHUT_WR)
    sys.exit(int(server.recv(8)))
"""


def write_client(path: Path, address: Path) -> None:
    """Write the ``aws`` that runs its commands in the process that listens on a socket."""
    path.write_text(CLIENT.format(python=sys.executable, address=str(address)))
    path.chmod(0o755)


def serve(address: str) -> None:
    """Run commands until this process is ended."""
    from awscli.clidriver import create_clidriver  # noqa: PLC0415 - the tests do not need it

    # It imports all that a command needs.
    create_clidriver()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen()
        while True:
            client, _ = server.accept()
            with client:
                if os.fork() == 0:
                    _answer(client)
            _collect()


def _answer(client: socket.socket) -> None:
    """Run the command of a client in this process, and end it."""
    code = 255
    try:
        arguments, environment = _receive(client)
        # The AWS CLI sets it when it is imported.
        data = os.environ["AWS_DATA_PATH"]
        os.environ.clear()
        os.environ.update(environment, AWS_DATA_PATH=data)
        from awscli.clidriver import main  # noqa: PLC0415 - already imported

        sys.argv = ["aws", *arguments]
        code = main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 255
    except Exception:  # noqa: BLE001 - the client shows it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        client.sendall(str(code).encode())
        os._exit(0)


def _receive(client: socket.socket) -> tuple[list[str], dict[str, str]]:
    streams = array.array("i")
    _, sent, _, _ = client.recvmsg(1, socket.CMSG_LEN(3 * streams.itemsize))
    streams.frombytes(sent[0][2])
    for standard, stream in enumerate(streams):
        os.dup2(stream, standard)
    with client.makefile("rb") as text:
        arguments, environment = json.loads(text.read())
    return arguments, environment


def _collect() -> None:
    """Collect the commands that have ended."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                return
        except ChildProcessError:
            return


if __name__ == "__main__":
    serve(sys.argv[1])
