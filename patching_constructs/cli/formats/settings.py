"""The facts of a resource as JSON, for `describe` and `diff` alike."""

from patching_constructs.description.content import Content, Unresolved


def content_json(content: Content) -> object:
    """Return what a property says; what is unknown until deployment is None."""
    match content:
        case Unresolved():
            return None
        case dict():
            return {key: content_json(each) for key, each in content.items()}
        case list():
            return [content_json(each) for each in content]
        case _:
            return content
