"""The error of a text that is no JSON or YAML."""


class TextError(ValueError):
    """A text is no JSON or YAML, or exceeds a bound. The message is plain, and the line is known where there is one."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        """The line in the text, from 1."""
