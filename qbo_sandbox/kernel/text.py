"""JSON put together from parts that are JSON text already, without parsing them."""

import json


def array(texts):
    return "[" + ",".join(texts) + "]"


def members(parts):
    """An object from {name: JSON text, or a number}."""
    pairs = (f"{json.dumps(name)}:{text}" for name, text in parts.items())
    return "{" + ",".join(pairs) + "}"
