"""What was called back, from whom: who sees a case no longer, though its records name them."""

from collections import defaultdict
from collections.abc import Iterable

from concord.cases.models import Registered

_KINDS = (Registered.Kind.CALLED_BACK, Registered.Kind.RESTORED)


def called_back(case: int) -> frozenset[str]:
    """From whom a case (its key) is called back now, by label."""
    lines = Registered.objects.filter(case=case, kind__in=_KINDS).order_by("sequence")
    return _standing(lines.values_list("kind", "label"))


def every_called_back() -> dict[int, frozenset[str]]:
    """The same for every case (its key) of which anything was."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    lines = Registered.objects.filter(kind__in=_KINDS).order_by("partnership", "sequence")
    for case, kind, label in lines.values_list("case", "kind", "label"):
        found[case].append((kind, label))
    return {case: _standing(each) for case, each in found.items()}


def _standing(lines: Iterable[tuple[str, str]]) -> frozenset[str]:
    found: set[str] = set()
    for kind, label in lines:
        if kind == Registered.Kind.CALLED_BACK:
            found.add(label)
        else:
            found.discard(label)
    return frozenset(found)
