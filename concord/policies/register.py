"""The register of clauses: everything that the source policies ask for, one clause a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from concord.policies.reading import read_yaml

REGISTER = Path(__file__).with_name("clauses.yaml")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its id, whose policy, which section, what kind, and what must hold."""

    id: str
    policy: str
    where: str
    kind: str
    says: str


@cache
def register() -> Mapping[str, Clause]:
    """Every clause by its id, in the register's order."""
    data = read_yaml(REGISTER).data
    return {
        clause_id: Clause(clause_id, policy, str(row["where"]), row["kind"], row["says"])
        for policy, part in data.items()
        for clause_id, row in part["clauses"].items()
    }


def clauses_of(policy: str) -> tuple[Clause, ...]:
    """The clauses of one policy."""
    return tuple(clause for clause in register().values() if clause.policy == policy)
