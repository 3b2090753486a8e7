"""Settings: everything comes from the environment (see .env.example); nothing here knows a town."""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(str(BASE_DIR / ".env"))


def stop(sentence: str) -> NoReturn:
    """End the start with one sentence that names the setting at fault."""
    raise SystemExit(sentence)


def read_flag(name: str, *, default: bool) -> bool:
    """Read a yes/no setting; anything but 1/0, true/false, yes/no, on/off stops the start."""
    raw = env.str(name, default="").strip().lower()
    if raw in {"", "1", "true", "yes", "on", "0", "false", "no", "off"}:
        return default if raw == "" else raw in {"1", "true", "yes", "on"}
    stop(f"{name} must be 1 or 0, not “{raw}”.")


DEBUG = read_flag("DEBUG", default=False)
DEMO = read_flag("DEMO", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def demo_secret_key() -> str:
    """Return the demo installation's own key, made at its first start and kept in DATA_DIR."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", default="") or (demo_secret_key() if DEBUG or DEMO else "")
if not SECRET_KEY:
    stop("SECRET_KEY is missing: set it to a long random text, or DEMO=1 for a trial.")
if DEBUG and not DEMO and env.str("LINE_MODE", default="") == "live":
    stop("DEBUG=1 and LINE_MODE=live contradict each other: a page of errors would show people's data.")

PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    stop("PUBLIC_URL must be a full address such as https://portal.example.go.th.")
IS_HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_public.hostname, "localhost", "127.0.0.1"])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# --- Rooms ---------------------------------------------------------------------------------------
KNOWN_ROOMS = ["complaints"]
ROOMS = env.list("ROOMS", default=KNOWN_ROOMS)
if unknown := sorted(set(ROOMS) - set(KNOWN_ROOMS)):
    stop(f"ROOMS names rooms that do not exist: {', '.join(unknown)}.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "nakhoncity.kit",
    "nakhoncity.city",
    "nakhoncity.staff",
    "nakhoncity.residents",
    "nakhoncity.line",
    *ROOMS,
    "nakhoncity.front",
    "nakhoncity.backoffice",
    "nakhoncity.simulator",
]
if DEBUG:
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "nakhoncity.residents.middleware.ResidentMiddleware",
]
ROOT_URLCONF = "nakhoncity.urls"
WSGI_APPLICATION = "nakhoncity.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nakhoncity.city.context.city",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

# --- Data ----------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR}/nakhoncity.sqlite3"


def database(url: str) -> dict[str, Any]:
    """Turn a database address into Django's settings for it. IMMEDIATE: see docs/adr."""
    config: dict[str, Any] = env.db_url_config(url)
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
        config["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    elif config["ENGINE"].endswith("postgresql"):
        config |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
        config["OPTIONS"] = {"connect_timeout": 3}
        config["TEST"] = {"TEMPLATE": "nakhoncity_template"}
    else:
        stop("DATABASE_URL must begin with postgres:// or sqlite:///.")
    return config


DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "nakhoncity.kit.cache.ForgivingRedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- Background work -----------------------------------------------------------------------------
BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    # A dead Redis must not hold up a request: without max_retries a lost bell costs 6 s.
    {"socket_timeout": 0.3, "socket_connect_timeout": 0.3, "max_retries": 0, "visibility_timeout": 3600}
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_DIR),
        "data_folder_out": str(BROKER_DIR),
        "polling_interval": 0.02,
        "control_folder": str(DATA_DIR / "broker-control"),
    }
)
if not REDIS_URL:
    BROKER_DIR.mkdir(parents=True, exist_ok=True)
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Bangkok"
# A sweep that waited longer than this is stale: the next beat brings a fresh one.
SWEEP_EXPIRES = 20
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    name: {"task": task, "schedule": timedelta(seconds=seconds), "options": {"expires": SWEEP_EXPIRES}}
    for name, task, seconds, room in [
        ("line: send what is due", "nakhoncity.line.tasks.sweep_outbox", 2, None),
        ("line: work what came in", "nakhoncity.line.tasks.sweep_inbox", 2, None),
        ("line: read the quota", "nakhoncity.line.tasks.read_quota", 3600, None),
        ("residents: end old sessions", "nakhoncity.residents.tasks.sweep_sessions", 3600, None),
        ("complaints: escalate what is late", "complaints.tasks.sweep_escalations", 5, "complaints"),
        ("complaints: end pauses, answers and waits", "complaints.tasks.sweep_due_dates", 15, "complaints"),
        ("complaints: clear old drafts", "complaints.tasks.sweep_drafts", 3600, "complaints"),
    ]
    if room is None or room in ROOMS
}

# --- Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "th"
LANGUAGES = [("th", "ไทย"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "nakhoncity" / "locale"]
TIME_ZONE = "Asia/Bangkok"
USE_I18N = True
USE_TZ = True

# --- Static files --------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "nakhoncity" / "assets" / "built"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Sign-in -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "staff.StaffMember"
AUTHENTICATION_BACKENDS = ["nakhoncity.staff.backends.StaffBackend"]
LOGIN_URL = "staff:login"
LOGIN_REDIRECT_URL = "backoffice:home"
LOGOUT_REDIRECT_URL = "staff:login"
ACCOUNT_ADAPTER = "nakhoncity.staff.adapter.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
# Failed tries are counted in the database by the adapter (staff/signin.py); allauth's own limits rest on the cache.
ACCOUNT_RATE_LIMITS: dict[str, str | None] = {"login": None, "login_failed": None}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="nakhon-demo-2569")
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "__Host-staff" if IS_HTTPS else "staff"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- LINE ----------------------------------------------------------------------------------------
LINE_MODE = env.str("LINE_MODE", default="simulator" if DEBUG or DEMO else "")
if LINE_MODE not in {"simulator", "live"}:
    stop("LINE_MODE must be “live”, or “simulator” for a trial.")
if LINE_MODE == "simulator" and not (DEBUG or DEMO):
    stop("LINE_MODE=simulator is for trials: set DEMO=1 as well, or LINE_MODE=live.")
SIMULATOR_URL = f"{_public.scheme}://{_public.hostname}:{(_public.port or 8000) + 1}"
_simulated = LINE_MODE == "simulator"
LINE_API_BASE = env.str("LINE_API_BASE", default="").rstrip("/") or (SIMULATOR_URL if _simulated else "")
LINE_CHANNEL_ID = env.str("LINE_CHANNEL_ID", default="1000000001" if _simulated else "")
LINE_CHANNEL_SECRET = env.str("LINE_CHANNEL_SECRET", default="simulator-secret" if _simulated else "")
LINE_CHANNEL_ACCESS_TOKEN = env.str("LINE_CHANNEL_ACCESS_TOKEN", default="simulator-token" if _simulated else "")
LINE_LOGIN_CHANNEL_ID = env.str("LINE_LOGIN_CHANNEL_ID", default="1000000002" if _simulated else "")
LIFF_ID = env.str("LIFF_ID", default="1000000002-simulate" if _simulated else "")
for _name in [
    "LINE_CHANNEL_ID",
    "LINE_CHANNEL_SECRET",
    "LINE_CHANNEL_ACCESS_TOKEN",
    "LINE_LOGIN_CHANNEL_ID",
    "LIFF_ID",
]:
    if not globals()[_name]:
        stop(f"{_name} is missing: LINE_MODE=live needs it.")
# Where a LIFF address begins, and the script that gives pages `window.liff`.
LIFF_BASE = f"{SIMULATOR_URL}/liff/{LIFF_ID}" if _simulated else f"https://liff.line.me/{LIFF_ID}"
LIFF_SDK_URL = f"{SIMULATOR_URL}/liff/sdk.js" if _simulated else "https://static.line-scdn.net/liff/edge/2/sdk.js"

# --- Policy headers: strict for all; LIFF pages add LINE's hosts (residents/decorators.py) ---------
MAP_TILE_URL = env.str("MAP_TILE_URL", default="")
_tiles = urlsplit(MAP_TILE_URL)
TILE_HOST = [f"{_tiles.scheme}://{_tiles.netloc}"] if MAP_TILE_URL else []
LIFF_HOSTS = (
    [SIMULATOR_URL]
    if _simulated
    else [
        "https://static.line-scdn.net",
        "https://api.line.me",
        "https://access.line.me",
        "https://liffsdk.line-scdn.net",
    ]
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *TILE_HOST],
        "media-src": [SELF, "blob:"],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Logs: what happened, never about whom ---------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "_granian": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
