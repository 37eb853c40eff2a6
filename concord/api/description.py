"""The API described for programs: OpenAPI 3.1, from the same shapes by which it answers."""

import json
from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from concord.api import schemas
from concord.api.problems import DETAILS, MEDIA

ANSWERED = "application/json"
QUESTIONS: tuple[tuple[str, str, str, type[schemas.Shape], type[schemas.Shape]], ...] = (
    ("/api/v1/cases", "listCases", "The cases that you may see.", schemas.Listing, schemas.Cases),
    (
        "/api/v1/cases/{reference}", "readCase",
        "One case: who owes what by when under which clause, and what is recorded.",
        schemas.Nothing, schemas.CaseDetail,
    ),
    ("/api/v1/mine", "listMine", "What you owe by when.", schemas.Paged, schemas.MyWork),
)  # fmt: skip
REFUSALS = (401, 404, 406, 410, 422, 429, 503)


@cache
def described() -> str:
    """The description, as it is sent."""
    shapes = [(each, "serialization") for *_, each in QUESTIONS]
    _, found = models_json_schema(
        [*shapes, (schemas.Problem, "serialization")],  # type: ignore[list-item]
        ref_template="#/components/schemas/{model}",
    )
    return json.dumps({
        "openapi": "3.1.0",
        "info": {
            "title": "Concord", "version": "1",
            "description": "Reads what your own pages show you, and changes nothing. Each answer "
            "is written down, and who looks after the case sees it.",
        },
        "security": [{"token": []}],
        "paths": {
            path: {"get": {
                "operationId": name, "summary": says,
                "parameters": [*_in_path(path), *_in_query(asked)],
                "responses": {
                    "200": _says("The answer.", ANSWERED, answered),
                    **{
                        str(status): _says(DETAILS[status], MEDIA, schemas.Problem)
                        for status in REFUSALS
                    },
                },
            }}
            for path, name, says, asked, answered in QUESTIONS
        },
        "components": {
            "schemas": found["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    })  # fmt: skip


def _in_path(path: str) -> list[dict[str, Any]]:
    if "{reference}" not in path:
        return []
    return [{
        "name": "reference", "in": "path", "required": True, "schema": {"type": "string"},
        "description": "The reference of a case, such as K7QM-4TPD.",
    }]  # fmt: skip


def _in_query(asked: type[schemas.Shape]) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "required": False, "schema": schema,
         "description": schema.get("description", "Which part of the list.")}
        for name, schema in asked.model_json_schema()["properties"].items()
    ]  # fmt: skip


def _says(what: str, media: str, shape: type[schemas.Shape]) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{shape.__name__}"}
    return {"description": what, "content": {media: {"schema": reference}}}
