"""Read a page as text."""

import json
from html.parser import HTMLParser
from typing import Any

HOSTILE = """</script><!--</style></noscript><img src=x onerror="alert(1)">'&"""


class Reader(HTMLParser):
    """The tags of a page, its scripts, and its text without them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {}
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            name = f"{self.cdata_elem} {self.tags[-1][1].get('type', '')}".strip()
            self.raw[name] = self.raw.get(name, "") + data
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def data(self) -> Any:
        return json.loads(self.raw["script application/json"])
