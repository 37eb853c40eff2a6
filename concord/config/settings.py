"""Django's settings, from the environment. Two profiles: demonstration and production."""

import os
import secrets
import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from concord.config.agencies import agency_sign_in
from concord.config.databases import database
from concord.config.folder import claim, made, secret
from concord.config.given import given
from concord.config.logs import handlers
from concord.config.mail import mail_server
from concord.config.proxies import proxies

ROOT = Path(__file__).resolve().parent.parent.parent
PROFILE = os.environ.get("CONCORD_PROFILE", "demonstration")
if PROFILE not in ("demonstration", "production"):
    raise ImproperlyConfigured("CONCORD_PROFILE is 'demonstration' or 'production'.")
DEMONSTRATION = PROFILE == "demonstration"
TESTING = "pytest" in sys.modules
DATA = Path(os.environ.get("CONCORD_DATA") or ROOT / "var" / ("test" if TESTING else PROFILE))
claim(DATA, PROFILE)


def number(name: str, usual: int, least: int) -> int:
    """A whole number from the environment. Raises ImproperlyConfigured."""
    text = os.environ.get(name) or str(usual)
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        raise ImproperlyConfigured(f"{name} is a whole number, {least} or more.")
    return int(text)


DEBUG = False
if DEMONSTRATION:
    SECRET_KEY = secret(DATA, "secret-key")
    ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
else:
    SECRET_KEY = given("CONCORD_SECRET_KEY")
    if not SECRET_KEY:
        raise ImproperlyConfigured(
            "CONCORD_SECRET_KEY is not set, nor CONCORD_SECRET_KEY_FILE: a real instance needs it. "
            "Make one once, and keep it: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    ALLOWED_HOSTS = [each.strip() for each in os.environ.get("CONCORD_HOSTS", "").split(",")]
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # bound to this very host: no other, and no page without TLS, can set them
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "concord.directory",
    "concord.cases",
    "concord.notifications",
    "concord.documents",
    "concord.looks",
    "concord.backups",
    "concord.subject_access",
    "concord.web",
]
MIDDLEWARE = [
    "concord.api.middleware.ProgramsMiddleware",  # before all: no cookie counts for a program
    "concord.web.middleware.CarriedMiddleware",  # early: a refusal by a later one carries it too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "concord.web.sessions.SessionEndMiddleware",
    "concord.web.signing_in.middleware.SecondFactorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "concord.web.signing_in.middleware.FreshProofMiddleware",
    "concord.api.middleware.TokenMiddleware",  # after the sessions, of which none counts there
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "concord.web.middleware.WrongWayMiddleware",
    "concord.web.doors.DoorMiddleware",
    "concord.web.middleware.CannotOpenMiddleware",
    "concord.web.limiting.LimitMiddleware",  # last: what was refused before counts as nothing
]
ROOT_URLCONF = "concord.config.urls"
WSGI_APPLICATION = "concord.config.wsgi.application"
AUTH_USER_MODEL = "directory.User"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "concord.web.jinja.environment"},
    },
]


DATABASES = {"default": database(given("DATABASE_URL"), DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

# the files of cases: beside the database, never below what is served as it lies
CONCORD_FILES = DATA / "files"
# a key for each case, wrapped with the master key: outside the database and its backups
CONCORD_KEYS = Path(os.environ.get("CONCORD_KEYS") or DATA / "keys")
# the schedules by which this instance keeps its cases; Concord's own holds where there is none
CONCORD_RETENTION = Path(os.environ.get("CONCORD_RETENTION") or DATA / "retention")
if os.environ.get("CONCORD_RETENTION") and not CONCORD_RETENTION.is_dir():
    raise ImproperlyConfigured(
        f"CONCORD_RETENTION names {CONCORD_RETENTION}, which is no folder that can be opened: make "
        "it, or put back what was in it. Without it cases would be kept by another schedule."
    )
CONCORD_MASTER_KEY = given("CONCORD_MASTER_KEY")
if not CONCORD_MASTER_KEY and DEMONSTRATION:
    CONCORD_MASTER_KEY = made(DATA, "master-key", secrets.token_hex(32)).read_text().strip()
if not CONCORD_MASTER_KEY:
    raise ImproperlyConfigured(
        "CONCORD_MASTER_KEY is not set, nor CONCORD_MASTER_KEY_FILE: a real instance needs it to "
        "open what it holds. Make it once, and keep a copy apart: "
        'python3 -c "import secrets; print(secrets.token_hex(32))"'
    )
# while the master key is changed: the one from before, until `concord keys anew` has ended
CONCORD_MASTER_KEY_BEFORE = given("CONCORD_MASTER_KEY_BEFORE")
# whoever opens so many different cases within an hour is brought before those who review looks
CONCORD_MANY_CASES = 20
# checkpoints of the ledger: outside the database, best on another disk. The key that signs them
# is for the process that seals alone; in production that is another user than the pages' own
CONCORD_SEAL = Path(os.environ.get("CONCORD_SEAL") or DATA / "seal")
CONCORD_SEAL_KEY = Path(os.environ.get("CONCORD_SEAL_KEY") or CONCORD_SEAL / "key")
CONCORD_SCANNER = os.environ.get("CONCORD_SCANNER") or ("none" if TESTING else "auto")
# who searches or takes out too much too fast waits; tests ask more in a minute than anybody does
CONCORD_LIMITS = not TESTING
FILE_UPLOAD_HANDLERS = [
    "concord.web.receiving.UpToTheLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "concord.web.receiving.EncryptedFile",
]
FILE_UPLOAD_PERMISSIONS = 0o600

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "build" / "static", ROOT / "concord" / "web" / "static"]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

LOGIN_URL = "/sign-in"
# a second factor for everyone, and a fresh proof before what weighs most; the demonstration's
# people have neither telephone nor key, so there nobody is asked
CONCORD_SECOND_FACTOR = not DEMONSTRATION
# how many proxies stand before the service, each adding to X-Forwarded-For whom it heard from
CONCORD_PROXIES = number("CONCORD_PROXIES", 0 if DEMONSTRATION else 1, least=0)
# from which addresses they come. The server believes X-Forwarded-Proto from these alone, and tells
# Django by the scheme of the request: no header is asked here, which anybody could have written
CONCORD_PROXY_ADDRESSES = proxies(os.environ.get("CONCORD_PROXY_ADDRESSES", ""))
CONCORD_PROXIES_ARE_NAMED = bool(os.environ.get("CONCORD_PROXY_ADDRESSES"))
CONCORD_BIND = "127.0.0.1" if DEMONSTRATION else os.environ.get("CONCORD_BIND") or "127.0.0.1"
# what the service proves itself with to the proxy; without them it answers by plain HTTP
CONCORD_TLS_CERTIFICATE = "" if DEMONSTRATION else os.environ.get("CONCORD_TLS_CERTIFICATE", "")
CONCORD_TLS_KEY = "" if DEMONSTRATION else os.environ.get("CONCORD_TLS_KEY", "")
# agencies with a sign-in of their own, by OpenID Connect
CONCORD_AGENCY_SIGN_IN = (
    {} if DEMONSTRATION else agency_sign_in(os.environ.get("CONCORD_AGENCY_SIGN_IN", ""))
)
# django-allauth keeps the factors; its pages and forms are never shown
MFA_ADAPTER = "concord.web.signing_in.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODE_DIGITS = 12
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# signed in for this many minutes after the last thing done, and for this many hours at most
CONCORD_SESSION_MINUTES = number("CONCORD_SESSION_MINUTES", 60, least=5)
CONCORD_SESSION_HOURS = number("CONCORD_SESSION_HOURS", 24, least=1)
SESSION_ENGINE = "concord.directory.sessions"
SESSION_COOKIE_AGE = CONCORD_SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "concord.web.errors.csrf_failed"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# far beyond what any form takes: so that a text that is too long comes in, and is given back
DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "concord.directory.passwords.LongEnough",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "concord.directory.passwords.NotFoundElsewhere"},
    {"NAME": "concord.directory.passwords.NotWordsOfThePlace"},
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
CONCORD_ADDRESS = os.environ.get("CONCORD_ADDRESS") or (
    f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
)
CONCORD_MAIL = os.environ.get("CONCORD_MAIL") or "none"
if CONCORD_MAIL not in ("none", "smtp", "notify"):
    raise ImproperlyConfigured("CONCORD_MAIL is 'none', 'smtp' or 'notify'.")
CONCORD_MAIL_FROM = os.environ.get("CONCORD_MAIL_FROM") or "concord@example.org"
CONCORD_MAIL_DOMAIN = CONCORD_MAIL_FROM.rpartition("@")[2].rstrip(">")
# in the demonstration and in tests nothing leaves for a real address
CONCORD_MAIL_ONLY_TO = "example.org" if DEMONSTRATION or TESTING else ""
_server = mail_server(given("CONCORD_SMTP") or "smtp://127.0.0.1:25")
EMAIL_HOST, EMAIL_PORT = _server.host, _server.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _server.user, _server.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _server.scheme == "smtps", _server.scheme == "smtp+starttls"
EMAIL_TIMEOUT = 30
EMAIL_SSL_CERTFILE = os.environ.get("CONCORD_SMTP_CERTIFICATE") or None
EMAIL_SSL_KEYFILE = os.environ.get("CONCORD_SMTP_KEY") or None
if (EMAIL_SSL_CERTFILE or EMAIL_SSL_KEYFILE) and _server.scheme == "smtp":
    raise ImproperlyConfigured(
        "CONCORD_SMTP_CERTIFICATE and CONCORD_SMTP_KEY are shown by TLS alone: have CONCORD_SMTP "
        "begin with smtps:// or smtp+starttls://."
    )
CONCORD_NOTIFY_KEY = given("CONCORD_NOTIFY_KEY")
CONCORD_NOTIFY_TEMPLATE = os.environ.get("CONCORD_NOTIFY_TEMPLATE", "")
CONCORD_NOTIFY_URL = (
    os.environ.get("CONCORD_NOTIFY_URL") or "https://api.notifications.service.gov.uk"
)
if CONCORD_MAIL == "notify" and not (CONCORD_NOTIFY_KEY and CONCORD_NOTIFY_TEMPLATE):
    raise ImproperlyConfigured(
        "CONCORD_MAIL is 'notify': set CONCORD_NOTIFY_KEY and CONCORD_NOTIFY_TEMPLATE too."
    )
if CONCORD_MAIL != "none" and not DEMONSTRATION and not os.environ.get("CONCORD_MAIL_FROM"):
    raise ImproperlyConfigured("CONCORD_MAIL_FROM is not set: mail needs an address to be from.")
if CONCORD_MAIL != "none" and not DEMONSTRATION and not os.environ.get("CONCORD_ADDRESS"):
    raise ImproperlyConfigured(
        "CONCORD_ADDRESS is not set: mail needs it for its links, as https://concord.example.org."
    )
CONCORD_SYSTEM_LOG = os.environ.get("CONCORD_SYSTEM_LOG", "")
"""The socket of the machine's log service, such as /dev/log; empty: standard error alone."""
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"impersonal": {"()": "concord.config.logs.Formatter"}},
    "handlers": handlers(CONCORD_SYSTEM_LOG),
    "root": {"handlers": list(handlers(CONCORD_SYSTEM_LOG)), "level": "WARNING"},
    # nothing goes by mail to anybody, as Django would have it, with all that was typed
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
