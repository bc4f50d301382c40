"""A message about patching, and its forms: plain text for mail, and a custom notification for chat.

https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Event = Mapping[str, Any]
"""An event of EventBridge."""

# Subjects are shorter than 100 characters: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
SUBJECT_LENGTH = 99
# A message on a topic has at most 256 KB; this is what a person reads.
TEXT_LENGTH = 8000
CHAT_LENGTH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What happened, why, and what to do."""

    title: str
    """What happened to what, in one line."""

    what: str
    facts: Mapping[str, str]
    why: Sequence[str] = ()
    steps: Sequence[str] = ()
    link: str = ""
    """The page in the console; empty if its address is unknown."""

    thread: str
    """The same for messages about the same incident."""


def subject(message: Message) -> str:
    """Return the title as the subject of a mail: printable ASCII, which every mail client shows."""
    plain = "".join(each if each.isascii() and each.isprintable() else "?" for each in message.title)
    return shortened(plain, SUBJECT_LENGTH)


def as_text(message: Message, event: Event) -> str:
    """Return the message as plain text."""
    link = [f"Console: {message.link}"] if message.link else []
    source = f"Event: {event.get('detail-type', 'unknown')}, id {event.get('id', 'unknown')}"
    blocks = [[message.what], _facts(message), _listed("Why", message.why), _listed("What to do", message.steps), link]
    text = "\n\n".join("\n".join(block) for block in blocks if block)
    return f"{shortened(text, TEXT_LENGTH)}\n\n{source}\n"


def as_chat(message: Message, event: Event) -> dict[str, object]:
    """Return the message as a custom notification of Amazon Q Developer in chat applications."""
    lines = [message.what, *_facts(message), *_listed("Why", message.why)]
    links = [f"Open the console: {message.link}"] if message.link else []
    content: dict[str, object] = {
        "textType": "client-markdown",
        "title": escaped(subject(message)),
        "description": escaped(shortened("\n".join(lines), CHAT_LENGTH)),
    }
    steps = [*map(escaped, message.steps), *links]
    return {
        "version": "1.0",
        "source": "custom",
        "id": event.get("id", ""),
        "content": content | ({"nextSteps": steps} if steps else {}),
        "metadata": {
            "threadId": message.thread,
            "summary": escaped(subject(message)),
            "eventType": event.get("detail-type", ""),
            "relatedResources": list(event.get("resources", ())),
        },
    }


def escaped(text: str) -> str:
    """Return a text without markup, so that a name or an error message mentions nobody.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: str, length: int) -> str:
    """Return a text without its middle, because an error message has its reason at one of the ends."""
    if len(text) <= length:
        return text
    kept = length - len(" ... ")
    return f"{text[: kept - kept // 2]} ... {text[-(kept // 2) :]}"


def _facts(message: Message) -> list[str]:
    return [f"{name}: {value}" for name, value in message.facts.items() if value]


def _listed(name: str, items: Sequence[str]) -> list[str]:
    return [f"{name}:", *(f"- {each}" for each in items)] if items else []
