"""Django's settings, from the environment. Two profiles: demonstration and production."""

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from concord.config.folder import claim, secret
from concord.config.mail import mail_server

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
    SECRET_KEY = os.environ.get("CONCORD_SECRET_KEY", "")
    if not SECRET_KEY:
        raise ImproperlyConfigured(
            "CONCORD_SECRET_KEY is not set: a real instance needs it. Make one once, and keep it: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    ALLOWED_HOSTS = os.environ.get("CONCORD_HOSTS", "").split(",")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "concord.directory",
    "concord.cases",
    "concord.notifications",
    "concord.documents",
    "concord.looks",
    "concord.backups",
    "concord.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "concord.web.sessions.SessionEndMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "concord.web.middleware.NoStoreMiddleware",
    "concord.web.middleware.WrongWayMiddleware",
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


def database(url: str) -> dict[str, Any]:
    """The database: SQLite in the data folder, or PostgreSQL by DATABASE_URL."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "concord.sqlite3",
            # a file, so that tests of several people at once have what real ones have
            "TEST": {"NAME": DATA / "test.sqlite3"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL is 'postgresql://user:password@host:port/name'.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or parse_qs(parts.query).get("host", [""])[0],
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

# the files of cases: beside the database, never below what is served as it lies
CONCORD_FILES = DATA / "files"
# whoever opens so many different cases within an hour is brought before those who review looks
CONCORD_MANY_CASES = 20
# checkpoints of the ledger: outside the database, best on another disk. The key that signs them
# is for the process that seals alone; in production that is another user than the pages' own
CONCORD_SEAL = Path(os.environ.get("CONCORD_SEAL") or DATA / "seal")
CONCORD_SEAL_KEY = Path(os.environ.get("CONCORD_SEAL_KEY") or CONCORD_SEAL / "key")
CONCORD_SCANNER = os.environ.get("CONCORD_SCANNER") or ("none" if TESTING else "auto")
FILE_UPLOAD_HANDLERS = [
    "concord.web.receiving.UpToTheLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
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
# signed in for this many minutes after the last thing done, and for this many hours at most
CONCORD_SESSION_MINUTES = number("CONCORD_SESSION_MINUTES", 60, least=5)
CONCORD_SESSION_HOURS = number("CONCORD_SESSION_HOURS", 24, least=1)
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
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
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
_server = mail_server(os.environ.get("CONCORD_SMTP") or "smtp://127.0.0.1:25")
EMAIL_HOST, EMAIL_PORT = _server.host, _server.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _server.user, _server.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _server.scheme == "smtps", _server.scheme == "smtp+starttls"
EMAIL_TIMEOUT = 30
CONCORD_NOTIFY_KEY = os.environ.get("CONCORD_NOTIFY_KEY", "")
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
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
