"""Signing in at one's own agency, by OpenID Connect's code flow: what is asked, what is believed.

Nothing is believed that is not signed by a key which the agency's issuer publishes now, for this
service, for this very attempt, and within its time. What is not is refused, in words.
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from concord.web.signing_in.providers import Provider

BEGUN = "at_agency"
"""In a session: what was asked of which agency, by the attempt's name (its `state`)."""
LASTS = 10 * 60
"""Seconds from going to the agency to coming back."""
MOST_BEGUN = 4
LEEWAY = 60
"""Seconds by which the clocks may differ."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
"""Signatures by a key that the agency alone has: never by the shared secret, never none."""
WAIT = 10
"""Seconds that the agency has to answer one question."""


class Refused(Exception):
    """The agency's sign-in could not be used; says why, in words for whoever signs in."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an agency says of somebody, all of it checked."""

    provider: Provider
    subject: str
    email: str
    """The work address, which the agency says that it has verified; else empty."""
    has_two: bool
    """Whether the agency says that it asked for two factors."""
    signed_in: int
    """When it last asked them to prove who they are, in seconds; 0 if it does not say."""
    onward: str
    is_again: bool
    """Whether this was to prove again that it is they, who are signed in already."""


def begin(request: HttpRequest, provider: Provider, onward: str, again: bool = False) -> str:
    """The agency's address to go to. Raises Refused if the agency does not answer."""
    about = _about(provider)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    begun = {k: v for k, v in _begun(request).items() if time.time() - v["at"] < LASTS}
    kept = dict(list(begun.items())[-(MOST_BEGUN - 1) :])
    kept[state] = {
        "agency": provider.agency, "nonce": nonce, "verifier": verifier, "onward": onward,
        "again": again, "at": int(time.time()),
    }  # fmt: skip
    request.session[BEGUN] = kept
    print_of = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code", "client_id": provider.client_id, "scope": "openid email",
        "redirect_uri": _back(request, provider), "state": state, "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(print_of).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **({"prompt": "login", "max_age": "0"} if again else {}),
    }  # fmt: skip
    return f"{about['authorization_endpoint']}?{urlencode(asked)}"


def finish(request: HttpRequest, provider: Provider) -> Said:
    """What the agency says of whoever comes back from it. Raises Refused."""
    begun = _begun(request)
    asked = begun.pop(request.GET.get("state", ""), None)
    request.session[BEGUN] = begun
    if asked is None or asked["agency"] != provider.agency or time.time() - asked["at"] > LASTS:
        raise Refused("This browser did not begin it here, or it took more than ten minutes.")
    if request.GET.get("error"):
        raise Refused("Your agency did not sign you in, or you did not agree to it there.")
    about = _about(provider)
    told = request.GET.get("iss", "")
    required = about.get("authorization_response_iss_parameter_supported") is True
    if (told or required) and told != provider.issuer:
        raise Refused("The answer came from another issuer than your agency's.")
    tokens = _tokens(request, provider, about, asked["verifier"])
    claims = _claims(provider, about, str(tokens.get("id_token", "")))
    if not constant_time_compare(str(claims.get("nonce", "")), asked["nonce"]):
        raise Refused("The answer belongs to another attempt to sign in.")
    person = _person(about, claims, str(tokens.get("access_token", "")))
    verified = person.get("email_verified") is True
    subject, email = str(claims["sub"]), str(person.get("email", "")).lower()
    if len(subject) > 255 or "\0" in subject + email:
        raise Refused("The answer cannot be read.")
    amr = claims.get("amr")
    at = claims.get("auth_time")
    return Said(
        provider, subject, email if verified else "",
        isinstance(amr, list) and "mfa" in amr, at if isinstance(at, int) else 0,
        asked["onward"], asked["again"],
    )  # fmt: skip


def _begun(request: HttpRequest) -> dict[str, Any]:
    found = request.session.get(BEGUN)
    return dict(found) if isinstance(found, dict) else {}


def _back(request: HttpRequest, provider: Provider) -> str:
    return request.build_absolute_uri(reverse("agency-back", args=[provider.agency]))


def _about(provider: Provider) -> dict[str, Any]:
    """What the issuer says of itself. Raises Refused."""
    found = _asked("GET", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise Refused("The answer came from another issuer than your agency's.")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        address = found.get(name)
        scheme = provider.issuer.partition(":")[0]
        if not (isinstance(address, str) and address.startswith(f"{scheme}://")):
            raise Refused("Your agency's sign-in does not say where its parts are.")
    return found


def _tokens(
    request: HttpRequest, provider: Provider, about: dict[str, Any], verifier: str
) -> dict[str, Any]:
    sent = {
        "grant_type": "authorization_code", "code": request.GET.get("code", ""),
        "redirect_uri": _back(request, provider), "code_verifier": verifier,
    }  # fmt: skip
    ways = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" in ways:
        return _asked("POST", about["token_endpoint"], data=sent,
                      auth=(provider.client_id, provider.secret))  # fmt: skip
    own = {"client_id": provider.client_id, "client_secret": provider.secret}
    return _asked("POST", about["token_endpoint"], data={**sent, **own})


def _claims(provider: Provider, about: dict[str, Any], token: str) -> dict[str, Any]:
    """What the token says, once it is believed. Raises Refused."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise Refused("The answer is not signed in a way that proves whose it is.")
        found: dict[str, Any] = jwt.decode(
            token, _key(about, header), algorithms=[header["alg"]], audience=provider.client_id,
            issuer=provider.issuer, leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )  # fmt: skip
    except jwt.ExpiredSignatureError:
        raise Refused("The answer has expired.") from None
    except jwt.InvalidIssuerError:
        raise Refused("The answer came from another issuer than your agency's.") from None
    except jwt.InvalidAudienceError:
        raise Refused("The answer was made for another service than Concord.") from None
    except jwt.InvalidSignatureError:
        raise Refused("The signature of the answer is not right.") from None
    except jwt.MissingRequiredClaimError as error:
        raise Refused(f"The answer lacks what it has to say ({error.claim}).") from None
    except jwt.PyJWTError:
        raise Refused("The answer cannot be read.") from None
    party = found.get("azp", provider.client_id)
    several = isinstance(found["aud"], list) and len(found["aud"]) > 1
    if party != provider.client_id or (several and "azp" not in found):
        raise Refused("The answer was made for another service than Concord.")
    return found


def _key(about: dict[str, Any], header: dict[str, Any]) -> Any:
    """The key by which the token is signed, if the issuer publishes it now. Raises Refused."""
    published = _asked("GET", about["jwks_uri"]).get("keys")
    for each in published if isinstance(published, list) else []:
        fits = isinstance(each, dict) and each.get("use", "sig") == "sig"
        if (
            fits
            and each.get("alg", header["alg"]) == header["alg"]
            and each.get("kid") == header.get("kid")
        ):
            return jwt.PyJWK(each, algorithm=header["alg"]).key
    raise Refused("The answer is signed by a key that your agency does not publish any more.")


def _person(about: dict[str, Any], claims: dict[str, Any], token: str) -> dict[str, Any]:
    """What is said of the person: in the answer itself, or asked for by it. Raises Refused."""
    if "email" in claims or not isinstance(about.get("userinfo_endpoint"), str):
        return claims
    bearer = {"Authorization": f"Bearer {token}"}
    found = _asked("GET", about["userinfo_endpoint"], headers=bearer)
    if found.get("sub") != claims["sub"]:
        raise Refused("The answer speaks of somebody else than it began with.")
    return found


def _asked(how: str, address: str, **more: Any) -> dict[str, Any]:
    """What a question over the network is answered. Follows to no other address. Raises Refused."""
    try:
        answer = requests.request(how, address, timeout=WAIT, allow_redirects=False, **more)
        found = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, ValueError):
        found = None
    if not isinstance(found, dict):
        raise Refused("Your agency's sign-in does not answer as it should.")
    return found
