"""`/docs`: the OpenAPI document as one page that needs no script and no other host.

A warehouse may have no way to the internet, where the usual viewers fetch themselves from.
"""

from __future__ import annotations

import json
from html import escape
from typing import Any, Final

_STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code,pre{font:14px/1.4 ui-monospace,monospace}
pre{background:#f4f4f2;padding:.75rem;overflow:auto}
section{border-top:1px solid #bbb;margin-top:1.5rem}
table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}
"""


def render(document: dict[str, Any]) -> str:
    """The page for an OpenAPI document."""
    info = document["info"]
    operations = [
        _operation(path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = [
        f"<section id='{escape(name)}'><h3>{escape(name)}</h3>{_json(schema)}</section>"
        for name, schema in document["components"]["schemas"].items()
    ]
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(info['title'])}</title>"
        f"<style>{_STYLE}</style><h1>{escape(info['title'])} {escape(info['version'])}</h1>"
        f"<p>{escape(info.get('description', ''))}</p>"
        "<p>The same as a document for programs: <a href=/openapi.json>/openapi.json</a></p>"
        f"{''.join(operations)}<h2>Schemas</h2>{''.join(schemas)}</html>"
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    parts = [
        f"<section><h2><code>{method.upper()} {escape(path)}</code></h2>",
        f"<p>{escape(operation.get('summary', ''))}</p>",
    ]
    if operation.get("parameters"):
        rows = [
            f"<tr><td><code>{escape(parameter['name'])}</code><td>{escape(parameter['in'])}"
            f"<td>{escape(parameter.get('description', ''))}"
            for parameter in operation["parameters"]
        ]
        parts.append(f"<table><tr><th>Parameter<th>In<th>Meaning{''.join(rows)}</table>")
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]["application/json"]
        parts.append(f"<p>Body: {_reference(content['schema'])}</p>")
    rows = [
        f"<tr><td>{escape(status)}<td>{escape(answer['description'])}<td>{_answer(answer)}"
        for status, answer in operation["responses"].items()
    ]
    parts.append(f"<table><tr><th>Status<th>When<th>Body{''.join(rows)}</table></section>")
    return "".join(parts)


def _answer(answer: dict[str, Any]) -> str:
    content = answer.get("content", {}).get("application/json", {})
    return _reference(content.get("schema", {}))


def _reference(schema: dict[str, Any]) -> str:
    """Links to what the schema is, through the envelope around it."""
    data = schema.get("properties", {}).get("data", schema)
    many = "list of " if data.get("type") == "array" else ""
    reference = data.get("items", data).get("$ref")
    if reference is None:
        return ""
    name = escape(reference.rsplit("/", 1)[-1])
    return f"{many}<a href='#{name}'>{name}</a>"


def _json(schema: dict[str, Any]) -> str:
    return f"<pre>{escape(json.dumps(schema, indent=2, ensure_ascii=False))}</pre>"
