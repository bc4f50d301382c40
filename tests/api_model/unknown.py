"""Values that are known only after deployment."""


class Unknown(str):
    """A text that stands for a value which the template does not contain; it says where the value comes from."""

    __slots__ = ()


def joined(separator: str, parts: list[str]) -> str:
    """Join texts; the result is unknown if one of them is."""
    text = separator.join(parts)
    return Unknown(text) if any(isinstance(part, Unknown) for part in parts) else text
