"""A program that reads as somebody: the API answers a token, and no browser's session."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from concord.directory import tokens
from concord.directory.models import User

API = "/api/"


def token_of(user: User) -> str:
    """A new token of somebody."""
    return tokens.make(user, "A test", timedelta(days=7), timezone.now())


def bearing(client: Client, address: str) -> dict[str, str]:
    """What a request carries: at the API a token of whoever is signed in there; else nothing."""
    number = client.session.get("_auth_user_id") if client.cookies else None
    if not address.startswith(API) or not number:
        return {}
    user = User.objects.get(pk=number)
    user.tokens.all().delete()  # of those of before: there may be ten of them
    return {"Authorization": f"Bearer {token_of(user)}"}


def get(client: Client, address: str) -> Any:
    """An address as this browser's person asks for it: at the API by a token of theirs."""
    return client.get(address, headers=bearing(client, address))


def read(token: str, address: str, **more: Any) -> Any:
    """An address of the API, by a token, from a program that keeps no cookie."""
    program = Client(raise_request_exception=False)
    return program.get(address, headers={"Authorization": f"Bearer {token}", **more})
