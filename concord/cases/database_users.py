"""Who may do what in PostgreSQL: one user owns the tables, and another serves and owns nothing.

Whoever breaks into the pages then has the rights of the one that serves: they can take no guard off
the ledger, and alter no table. Which users serve is kept by the database itself, as their rights to
tables to come. On SQLite the rights to the file are all there is.
"""

from collections.abc import Iterator

from django.db import connection, transaction

_MAY_MIGRATE = """
SELECT has_schema_privilege(current_user, space.oid, 'CREATE')
       AND coalesce(pg_has_role(current_user, history.relowner, 'USAGE'), true)
FROM pg_namespace space
LEFT JOIN pg_class history
       ON history.relnamespace = space.oid AND history.relname = 'django_migrations'
WHERE space.nspname = current_schema()"""
_SPACE = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
_SERVE = f"""
SELECT DISTINCT role.rolname
FROM pg_default_acl kept
JOIN pg_roles gives ON gives.oid = kept.defaclrole AND gives.rolname = current_user
CROSS JOIN aclexplode(kept.defaclacl) given
JOIN pg_roles role ON role.oid = given.grantee
WHERE kept.defaclnamespace = {_SPACE} AND kept.defaclobjtype = 'r'
      AND given.privilege_type = 'INSERT'
ORDER BY 1"""
_APPEND_ONLY = """EXISTS (
    SELECT FROM pg_trigger guard
    WHERE guard.tgrelid = found.oid AND guard.tgname = found.relname || '_append_only')"""
_TABLES = f"FROM pg_class found WHERE relnamespace = {_SPACE} AND relkind = 'r'"
_KEPT = f"SELECT relname {_TABLES} AND {_APPEND_ONLY} ORDER BY 1"
_ROLE = """
SELECT rolsuper, rolcreaterole, pg_has_role(oid, (
    SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER')
FROM pg_roles WHERE rolname = %(user)s"""
_SCHEMA = """
SELECT pg_has_role(%(user)s, nspowner, 'MEMBER'), has_schema_privilege(%(user)s, oid, 'CREATE')
FROM pg_namespace WHERE nspname = current_schema()"""
_OWNS = f"""
SELECT relname {_TABLES} AND pg_has_role(%(user)s, relowner, 'MEMBER')
UNION ALL
SELECT proname || '()' FROM pg_proc WHERE pronamespace = {_SPACE}
       AND pg_has_role(%(user)s, proowner, 'MEMBER')
ORDER BY 1"""
_TAKES_OFF = f"""
SELECT relname {_TABLES} AND has_table_privilege(%(user)s, oid, 'TRUNCATE, TRIGGER')
ORDER BY 1"""
_CHANGES = f"""
SELECT relname {_TABLES} AND (
    {_APPEND_ONLY} AND has_table_privilege(%(user)s, oid, 'UPDATE, DELETE')
    OR relname = 'django_migrations'
       AND has_table_privilege(%(user)s, oid, 'INSERT, UPDATE, DELETE'))
ORDER BY 1"""


class CannotServe(Exception):
    """This user cannot be given the rights of one that serves; says what to do."""


def name() -> str:
    """The database's user that asks; SQLite has none."""
    if connection.vendor != "postgresql":
        return ""
    return str(_ask("SELECT current_user")[0][0])


def may_migrate() -> bool:
    """Whether this user may make and change the tables: on SQLite always."""
    if connection.vendor != "postgresql":
        return True
    return any(may for (may,) in _ask(_MAY_MIGRATE))


def who_serves() -> tuple[str, ...]:
    """Whom this user, the owner, has let serve; none on SQLite."""
    if connection.vendor != "postgresql":
        return ()
    return tuple(str(role) for (role,) in _ask(_SERVE))


def must_be_able_to_serve(user: str) -> None:
    """Raises CannotServe where this user is not there, or may do more than can be taken away."""
    if connection.vendor != "postgresql":
        raise CannotServe(
            "SQLite has no users: whoever may write its file may do everything. Leave --serves "
            "out, and let nobody but Concord's own user into the folder (CONCORD_DATA)."
        )
    if not _ask(_ROLE, user):
        raise CannotServe(
            f"The database has no user '{user}'. Make it first: createuser --pwprompt {user}"
        )
    if too_much := tuple(_of_itself(user)):
        raise CannotServe(
            f"The user '{user}' {' and '.join(too_much)}, so whoever serves as it could take the "
            "guard off the ledger. Name another user, which owns nothing."
        )


def let_serve(user: str) -> None:
    """Give a user what serving needs and no more: rows of tables, of those that are append-only
    new ones alone; of what was migrated nothing but to read it. Tables to come are open to it.
    """
    space, role = _quoted(_ask("SELECT current_schema()")[0][0]), _quoted(user)
    kept = ", ".join(_quoted(table) for (table,) in _ask(_KEPT))
    to_come = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {space} GRANT"
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (
            f"REVOKE CREATE ON SCHEMA {space} FROM PUBLIC, {role}",
            f"GRANT USAGE ON SCHEMA {space} TO {role}",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {space} FROM {role}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {space} TO {role}",
            f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
            f"REVOKE UPDATE, DELETE ON {kept} FROM {role}",
            f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {space} FROM {role}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {space} TO {role}",
            f"{to_come} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
            f"{to_come} USAGE, SELECT ON SEQUENCES TO {role}",
        ):
            cursor.execute(statement)


def too_much(user: str) -> tuple[str, ...]:
    """What a user may do that serving does not need, each as it follows the user's name."""
    if connection.vendor != "postgresql":
        return ()
    found = tuple(_of_itself(user))
    if found:
        return found  # it may do all of the rest by this alone
    may_make = any(makes for _, makes in _ask(_SCHEMA, user))
    return (
        *(["may make tables and functions of its own"] if may_make else []),
        *_named("may empty tables, or put triggers on them", _ask(_TAKES_OFF, user)),
        *_named("may change what only grows, or what was migrated", _ask(_CHANGES, user)),
    )


def _of_itself(user: str) -> Iterator[str]:
    """What a user may do that is not a right to one table, and that no grant takes away."""
    [(is_super, makes_users, owns_database)] = _ask(_ROLE, user)
    if is_super:
        yield "is a superuser"
        return
    if makes_users:
        yield "may make users (CREATEROLE)"
    if owns_database or any(owns for owns, _ in _ask(_SCHEMA, user)):
        yield "owns the database or its schema"
    yield from _named("owns, and may alter or drop", _ask(_OWNS, user))


def _named(says: str, found: list[tuple[object, ...]]) -> Iterator[str]:
    if found:
        more = f" and {len(found) - 1} more" if found[1:] else ""
        yield f"{says}: {found[0][0]}{more}"


def _quoted(word: object) -> str:
    return str(_ask("SELECT quote_ident(%(user)s)", str(word))[0][0])


def _ask(question: str, user: str = "") -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, {"user": user})
        found: list[tuple[object, ...]] = cursor.fetchall()
    return found
