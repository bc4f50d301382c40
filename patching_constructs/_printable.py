"""Text that is safe to print, because a template can contain any characters."""


def printable(text: str) -> str:
    """Escape what is not printable, so that it neither breaks a line nor controls a terminal."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
