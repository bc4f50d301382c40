"""Where something happened, and its page in the console."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from .message import Event

# A message has no link in a partition that is not here.
CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An account and a Region in a partition."""

    partition: str
    region: str
    account: str

    @classmethod
    def of(cls, event: Event, topic_arn: str) -> "Place":
        """Return the place of an event; the topic is in the same partition."""
        _, partition, _, region, account, _ = topic_arn.split(":", 5)
        return cls(partition=partition, region=event.get("region") or region, account=event.get("account") or account)

    def __str__(self) -> str:
        """Return the place as a person names it."""
        return f"account {self.account}, {self.region}"

    def window_link(self, window_id: str) -> str:
        """Return the page with the executions of a window."""
        return self._link(f"systems-manager/maintenance-windows/{window_id}/history", "")

    def alarm_link(self, name: str) -> str:
        """Return the page of an alarm."""
        return self._link("cloudwatch/deeplink.js", f"#alarmsV2:alarm/{quote(name, safe='')}")

    def _link(self, path: str, fragment: str) -> str:
        console = CONSOLES.get(self.partition)
        return f"https://{self.region}.{console}/{path}?region={self.region}{fragment}" if console else ""


def moment(text: str | datetime | None) -> str:
    """Return a time in UTC; empty without one, and the text itself if it has another form."""
    if not text:
        return ""
    try:
        found = text if isinstance(text, datetime) else datetime.fromisoformat(text)
    except ValueError:
        return str(text)
    return f"{found.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if found.tzinfo else str(text)
