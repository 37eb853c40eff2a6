"""The policies that Concord carries: found by id, loaded once, checked on loading."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from concord.policies.checking import mistakes_in
from concord.policies.compiling import compile_policy
from concord.policies.forms import FormPart, form_rule
from concord.policies.reading import PolicyMistakes, Source, read_yaml, validate
from concord.policies.register import register
from concord.policies.schema import PolicyFile
from concord.rules.forms import FormRule
from concord.rules.policy import Policy

FOLDER = Path(__file__).parent
NOT_POLICIES = ("clauses", "calendars", "reminders", "house_forms", "retention")


class UnknownPolicy(LookupError):
    """No policy of this id, nor a file of this name."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A policy file: as written (`file`), as the rules read it (`policy`), and its source."""

    file: PolicyFile
    policy: Policy
    source: Source
    path: Path

    def is_review_overdue(self, day: date) -> bool:
        """Whether the day by which the policy was to be reviewed has passed."""
        return self.policy.review_due is not None and day > self.policy.review_due


@cache
def policy_ids() -> tuple[str, ...]:
    """The ids of the policies that come with Concord, in the order of their names."""
    return tuple(sorted(_source(path).data["id"] for path in policy_paths()))


@cache
def _source(path: Path) -> Source:
    """A file that comes with Concord, read once: its id is asked for before the rest of it."""
    return read_yaml(path, path.name)


def policy_paths() -> tuple[Path, ...]:
    """The policy files that come with Concord."""
    return tuple(
        path
        for path in sorted(FOLDER.glob("*.yaml"))
        if path.stem not in NOT_POLICIES and not path.stem.endswith("_directory")
    )


@cache
def load(policy_id: str) -> Loaded:
    """The policy of this id. Raises UnknownPolicy, PolicyMistakes."""
    for path in policy_paths():
        if path.stem.startswith(policy_id):
            loaded = load_file(path)
            if loaded.file.id == policy_id:
                return loaded
    known = ", ".join(policy_ids())
    raise UnknownPolicy(f"There is no policy '{policy_id}'. Known policies: {known}.")


@cache
def with_letters(partnership: str) -> str:
    """A partnership's name, and the letters by which its policy calls it, where it does.

    So that the letters in the title of its Chair, further down, are understood.
    """
    for policy_id in policy_ids():
        name = load(policy_id).policy.partnership
        if partnership.startswith(name):
            for letters, words in load(policy_id).file.terms.items():
                if name.endswith(words):
                    return f"{name} ({letters}){partnership.removeprefix(name)}"
    return partnership


@cache
def load_version(policy_id: str, version: str = "") -> Loaded:
    """One version of a policy; the one in force where none is named.

    Cases stay with the version that they began under. Raises UnknownPolicy, PolicyMistakes.
    """
    if not version or load(policy_id).policy.version == version:
        return load(policy_id)
    for path in policy_paths():
        if path.stem.startswith(policy_id):
            loaded = load_file(path)
            if loaded.file.id == policy_id and loaded.file.version == version:
                return loaded
    raise UnknownPolicy(f"There is no version '{version}' of the policy '{policy_id}'.")


def find(name: str) -> Loaded:
    """A policy by its id or by the path of its file. Raises UnknownPolicy, PolicyMistakes."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or "/" in name:
        return load_file(path)
    return load(name)


def load_file(path: Path) -> Loaded:
    """A policy from a file. Raises PolicyMistakes with every mistake found."""
    source = _source(path) if path.parent == FOLDER else read_yaml(path, str(path))
    file = validate(source)
    mistakes = tuple(mistakes_in(file, source, register()))
    if mistakes:
        raise PolicyMistakes(mistakes)
    policy = compile_policy(file)
    return Loaded(file, policy, source, path)


@cache
def house_forms() -> tuple[FormRule, ...]:
    """Concord's own documents, under any policy: for the child's file, and for an executive."""
    source = read_yaml(FOLDER / "house_forms.yaml")
    return tuple(form_rule(FormPart.model_validate(each)) for each in source.data["forms"])


@dataclass(frozen=True, slots=True)
class LiaisonOfficer:
    """One row of a partnership's list of liaison officers: an agency and its officer's role."""

    agency: str
    role: str
    alternative: str = ""
    deputy: str = ""


@cache
def liaison_officers(policy_id: str) -> tuple[LiaisonOfficer, ...]:
    """The officers that a policy lists by role, in its order; none where it lists none."""
    path = FOLDER / f"{policy_id}_directory.yaml"
    if not path.exists():
        return ()
    return tuple(LiaisonOfficer(**row) for row in read_yaml(path).data["officers"])
