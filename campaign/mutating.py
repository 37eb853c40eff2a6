"""Small changes to a module, one at a time: each is a fault that some test should notice.

A change is an edit of the text, inside one function: an operator swapped, a condition turned
round, a constant or a text altered, a value or an argument lost, a statement left out. Left alone
are what stands outside functions, notes to the type checker (annotations, `assert`), docstrings,
and what stands between the braces of a formatted text, which is replaced as a whole.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

SWAPS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.Is: (r"is", "is not"),
    ast.IsNot: (r"is\s+not", "is"), ast.In: ("in", "not in"), ast.NotIn: (r"not\s+in", "in"),
    ast.Add: (r"\+", "-"), ast.Sub: ("-", "+"), ast.Mult: (r"\*", "/"), ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"), ast.Mod: ("%", "/"), ast.BitAnd: ("&", "|"),
    ast.BitOr: (r"\|", "&"), ast.And: (r"\band\b", "or"), ast.Or: (r"\bor\b", "and"),
}  # fmt: skip
CALLS = {"any": "all", "all": "any", "min": "max", "max": "min"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: in which function, on which lines (from 1), and the line before and after.

    `start` and `end` are offsets into the module's bytes, `text` is what comes between them.
    """

    function: str
    first: int
    last: int
    was: str
    now: str
    start: int
    end: int
    text: str

    def applied(self, source: bytes) -> bytes:
        """The module's text with this change."""
        return source[: self.start] + self.text.encode() + source[self.end :]


class _Module:
    """The text of a module, and where its nodes stand in it."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.starts = [0]
        for line in source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: ast.expr | ast.stmt | ast.pattern) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        begin = self.starts[node.lineno - 1] + node.col_offset
        return begin, self.starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.expr | ast.stmt | ast.pattern) -> str:
        begin, end = self.span(node)
        return self.source[begin:end].decode()

    def between(self, left: ast.expr, right: ast.expr, operator: ast.AST) -> tuple[int, int, str]:
        """Where the operator between two operands stands, and what takes its place."""
        begin, end = self.span(left)[1], self.span(right)[0]
        pattern, other = SWAPS[type(operator)]
        found = re.search(pattern.encode(), self.source[begin:end])
        assert found, self.source[begin:end]
        return begin + found.start(), begin + found.end(), other

    def lines(self, start: int, end: int, text: str) -> tuple[str, str]:
        """The line on which a change begins (all its lines, if several), before and after."""
        first = self.source.rfind(b"\n", 0, start) + 1
        last = self.source.find(b"\n", end)
        was = self.source[first:last].decode()
        now = (self.source[first:start] + text.encode() + self.source[end:last]).decode()
        return " ".join(was.split()), " ".join(now.split())


def mutants(source: bytes) -> list[Mutant]:
    """Every change to the functions of a module, in the order of its text; none twice."""
    module = _Module(source)
    found: dict[tuple[int, int, str], Mutant] = {}
    for name, function in functions(ast.parse(source)):
        for statement in function.body:
            for node, start, end, text in _changes(module, statement):
                was, now = module.lines(start, end, text)
                if source[start:end].decode() == text or (start, end, text) in found:
                    continue
                mutant = Mutant(
                    name, node.lineno, node.end_lineno or node.lineno, was, now, start, end, text
                )
                try:
                    compile(mutant.applied(source), "mutant", "exec", dont_inherit=True)
                except SyntaxError:
                    continue
                found[start, end, text] = mutant
    return sorted(found.values(), key=lambda each: (each.start, each.end, each.text))


def functions(tree: ast.Module | ast.ClassDef, above: str = "") -> Iterator[tuple[str, Function]]:
    """The functions of a module and of its classes, by their names; not those inside others."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from functions(node, f"{above}{node.name}.")
        elif isinstance(node, Function):
            yield above + node.name, node


def codes(code: CodeType) -> dict[tuple[str, int], CodeType]:
    """The compiled functions of a module and of its classes: by name, and which of that name."""
    found: dict[tuple[str, int], CodeType] = {}

    def walk(outer: CodeType) -> None:
        for inner in outer.co_consts:
            if not isinstance(inner, CodeType) or inner.co_name.startswith("<"):
                continue
            if inner.co_flags & 2:  # of a function, not of a class: it has quick locals
                number = sum(1 for name, _ in found if name == inner.co_qualname)
                found[inner.co_qualname, number] = inner
            else:
                walk(inner)

    walk(code)
    return found


Change = tuple[ast.expr | ast.stmt, int, int, str]


def _changes(module: _Module, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Assert) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        return
    if isinstance(node, ast.expr | ast.stmt):
        for start, end, text in _of(module, node):
            yield node, start, end, text
    if isinstance(node, ast.match_case):
        yield from _of_case(module, node)
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params", "pattern"}:
            continue
        if isinstance(node, ast.JoinedStr):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, ast.AST):
                yield from _changes(module, each)


Edit = tuple[int, int, str]


def _of(module: _Module, node: ast.expr | ast.stmt) -> Iterator[Edit]:
    """The changes of one node, but not of what it holds."""
    start, end = module.span(node)
    match node:
        case ast.Compare():
            operands = [node.left, *node.comparators]
            for number, operator in enumerate(node.ops):
                yield module.between(operands[number], operands[number + 1], operator)
        case ast.BoolOp():
            for left, right in zip(node.values, node.values[1:], strict=False):
                yield module.between(left, right, node.op)
        case ast.BinOp() if type(node.op) in SWAPS:
            yield module.between(node.left, node.right, node.op)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield start, module.span(node.operand)[0], ""
        case ast.AugAssign() if type(node.op) in SWAPS:
            yield module.between(node.target, node.value, node.op)
            yield start, end, "pass"
        case ast.Constant():
            yield from _constant(start, end, node.value, module.text(node))
        case ast.JoinedStr():
            yield start, end, '"XX"'
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            yield from _turned(module, test)
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            for each in node.generators:
                for test in each.ifs:
                    yield from _turned(module, test)
        case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
            yield from _lost(module, value)
        case ast.Assign(value=value) | ast.NamedExpr(value=value):
            yield from _lost(module, value)
        case ast.AnnAssign(value=ast.expr() as value):
            yield from _lost(module, value)
        case ast.Lambda(body=value):
            yield from _lost(module, value)
        case ast.Call():
            yield from _call(module, node)
        case ast.Expr() | ast.Raise():
            yield start, end, "pass"
        case ast.Break():
            yield start, end, "continue"
        case ast.Continue():
            yield start, end, "break"


def _constant(start: int, end: int, value: object, text: str) -> Iterator[Edit]:
    match value:
        case bool():
            yield start, end, str(not value)
        case int():
            yield start, end, str(value + 1)
        case str():
            yield start, end, f'"XX" {text}' if "\n" not in text else '"XX"'
        case bytes():
            yield start, end, f'b"XX" {text}'


def _turned(module: _Module, test: ast.expr) -> Iterator[Edit]:
    """A condition turned round: a lone comparison is, by its operator, and "not" by losing it."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return
    if not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)):
        start, end = module.span(test)
        yield start, end, f"not ({module.text(test)})"


def _lost(module: _Module, value: ast.expr) -> Iterator[Edit]:
    if not isinstance(value, ast.Constant | ast.GeneratorExp | ast.Starred):
        start, end = module.span(value)
        yield start, end, "None"


def _call(module: _Module, node: ast.Call) -> Iterator[Edit]:
    for argument in [*node.args, *(each.value for each in node.keywords if each.arg)]:
        yield from _lost(module, argument)
    if isinstance(node.func, ast.Name) and node.func.id in CALLS:
        start, end = module.span(node.func)
        yield start, end, CALLS[node.func.id]


def _of_case(module: _Module, case: ast.match_case) -> Iterator[Change]:
    """A case that never comes about."""
    if case.guard is None:
        end = module.span(case.pattern)[1]
        yield case.body[0], end, end, " if False"
    else:
        yield case.guard, *module.span(case.guard), "False"
        for start, end, text in _turned(module, case.guard):
            yield case.guard, start, end, text
