"""Whether a script reboots the node that it runs on: certainly, possibly, or not.

A command of the script is certain. A word in quotes, in a here-document or among the arguments of a command can be
one that another program runs, or a text: it is possible. A comment, and what the script only prints, is neither.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from patching_constructs.ssm.reboot import Reboot

# Every pattern is applied to one line, and takes time in proportion to its length.
# Exit codes 194 and 3010 make SSM Agent reboot the node:
# https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-reboot.html
_UNMISTAKABLE: Final = (
    r"(?:shutdown(?:\.exe)?[ \t][^;&|]{0,40}[-/]r|systemctl[ \t]{1,9}reboot|init[ \t]{1,9}6|Restart-Computer"
    r"|exit[ \t]{1,9}\(?(?:194|3010))(?![-\w])"
)
_COMMAND: Final = re.compile(
    r"(?:^|[;&|({]|\b(?:then|do|else)\b)[ \t]*"
    r"(?:(?:sudo|exec|nohup|command|time)[ \t]{1,9}(?:-\w{1,20}[ \t]{1,9}){0,5}){0,3}"
    r"(?:/[\w./-]{0,200}/)?"
    # What is followed by a word is a sentence.
    rf"(?:reboot(?=[ \t]*(?:$|[;&|)}}>])|[ \t]{{1,9}}(?:-|now\b))|{_UNMISTAKABLE})",
    re.IGNORECASE,
)
# Neither no-reboot nor reboot-required, $REBOOT or REBOOT=.
_WORD: Final = re.compile(
    rf"(?<![\w$])(?<!\w-)(?<!\$\{{)(?:(?:auto)?reboot(?![-\w]|[ \t]*=)|{_UNMISTAKABLE})", re.IGNORECASE
)
_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_COMMENT: Final = re.compile(r"(?:^|[ \t])#.*")
_PRINTED: Final = re.compile(
    r"(?<![-\w])(?:echo|printf|logger|Write-(?:Host|Output))\b(?:\"[^\"]*\"|'[^']*'|[^;&|\"'])*",
    re.IGNORECASE,
)
_PIPE: Final = re.compile(r"\|(?!\|)")
_HERE_DOCUMENT: Final = re.compile(r"(?<!<)<<-?[ \t]{0,9}[\"']?([A-Za-z_]\w*)")


def reboot_in_script(script: str) -> Reboot:
    """Return whether a script for a shell or PowerShell reboots the node."""
    found = Reboot.NONE
    for line, is_command in _lines(script.splitlines()):
        said = _COMMENT.sub("", _without_printed(line)) if is_command else line
        if is_command and _COMMAND.search(_QUOTED.sub("''", said)):
            return Reboot.CERTAIN
        if _WORD.search(said):
            found = Reboot.POSSIBLE
    return found


def _lines(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Return each line, and whether it is one of the script itself and not of a here-document."""
    end = None
    for line in lines:
        yield line, end is None
        if end is None:
            opened = _HERE_DOCUMENT.search(line)
            end = opened and opened[1]
        elif line.strip() == end:
            end = None


def _without_printed(line: str) -> str:
    # What is piped into another command can be a script.
    return _PRINTED.sub(lambda found: found[0] if _PIPE.match(line, found.end()) else "", line)
