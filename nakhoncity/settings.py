"""Settings: everything comes from the environment (see .env.example); nothing here knows a town."""

import secrets
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from nakhoncity.administration.colours import TEAL
from nakhoncity.environment import (
    env,
    read_choice,
    read_database,
    read_field_keys,
    read_flag,
    read_folder,
    read_issuer,
    read_level,
    read_list,
    read_number,
    read_redis,
    read_site,
    read_text,
    read_tiles,
    read_town,
    site_of,
    stop,
)
from nakhoncity.kit.logs import log_settings

BASE_DIR = Path(__file__).resolve().parent.parent
if (BASE_DIR / ".env").exists():
    env.read_env(str(BASE_DIR / ".env"))

DEBUG = read_flag("DEBUG", default=False)
DEMO = read_flag("DEMO", default=False)
DATA_DIR = read_folder("DATA_DIR", BASE_DIR / "var")


def demo_secret_key() -> str:
    """Return the demo installation's own key, made at its first start and kept in DATA_DIR."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = read_text("SECRET_KEY") or (demo_secret_key() if DEBUG or DEMO else "")
if not SECRET_KEY:
    stop("SECRET_KEY is missing: set it to a long random text, or DEMO=1 for a trial.")

# Secrets that must be read again are sealed in the database under these keys (kit/sealing.py).
FIELD_KEYS = read_field_keys("FIELD_KEYS")

_public = read_site("PUBLIC_URL", "http://localhost:8000")
PUBLIC_URL = _public.geturl()
IS_HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = read_list("ALLOWED_HOSTS", default=[str(_public.hostname), "localhost", "127.0.0.1"])
if not {str(_public.hostname), "*"}.intersection(ALLOWED_HOSTS):
    stop(f"ALLOWED_HOSTS and PUBLIC_URL contradict each other: {_public.hostname} is not among the hosts.")
TRUSTED_PROXIES = read_number("TRUSTED_PROXIES", default=0)

# Who asks for /metrics names this token; without one there is no such page.
METRICS_TOKEN = read_text("METRICS_TOKEN")
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    stop("METRICS_TOKEN must have 16 characters or more.")

# --- The town: a file of nakhoncity/city/seed/ by its name, or the path of one of your own ------------
TOWN_FILE = read_town("TOWN", default="nakhon", folder=BASE_DIR / "nakhoncity" / "city" / "seed")

# --- Rooms ---------------------------------------------------------------------------------------
KNOWN_ROOMS = ["complaints"]
ROOMS = read_list("ROOMS", default=KNOWN_ROOMS)
if unknown := sorted(set(ROOMS) - set(KNOWN_ROOMS)):
    stop(f"ROOMS names rooms that do not exist: {', '.join(unknown)}.")
if "complaints" not in ROOMS:
    stop("ROOMS must name complaints: the staff's pages are built on it.")

INSTALLED_APPS = [
    # Before Unfold, whose templates it replaces here and there; Unfold before the admin.
    "nakhoncity.administration",
    "unfold.apps.BasicAppConfig",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "auditlog",
    "nakhoncity.kit",
    "nakhoncity.history",
    "nakhoncity.city",
    "nakhoncity.staff",
    "nakhoncity.residents",
    "nakhoncity.line",
    *ROOMS,
    "nakhoncity.front",
    "nakhoncity.backoffice",
    "nakhoncity.backup",
    "nakhoncity.bench",
    "nakhoncity.simulator",
]
# Where requirements-dev.txt is installed: two migrations of one room with the same parent are a conflict in git.
if find_spec("django_linear_migrations"):
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "nakhoncity.kit.request_log.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "nakhoncity.kit.refusals.RefuseNul",
    "nakhoncity.kit.language.ChooseLanguage",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "nakhoncity.staff.middleware.SignInWhereNeeded",
    "nakhoncity.history.actor.KnowActor",
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
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nakhoncity.city.context.city",
            ],
        },
    }
]

# --- Data ----------------------------------------------------------------------------------------
DATABASES = {"default": read_database("DATABASE_URL", data_dir=DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
BACKUP_DIR = Path(read_text("BACKUP_DIR", str(DATA_DIR / "backups")))
BACKUPS_KEPT = read_number("BACKUPS_KEPT", default=14)

REDIS_URL = read_redis("REDIS_URL")
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "nakhoncity.kit.cache.ForgivingRedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- Background work -----------------------------------------------------------------------------
BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
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
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = "Asia/Bangkok"
# A sweep that waited longer than this is stale: the next beat brings a fresh one.
SWEEP_EXPIRES = 20
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    name: {"task": task, "schedule": timedelta(seconds=seconds), "options": {"expires": SWEEP_EXPIRES}}
    for name, task, seconds, room in [
        ("history: forget old looks", "nakhoncity.history.tasks.sweep_access", 3600, None),
        ("line: send what is due", "nakhoncity.line.tasks.sweep_outbox", 2, None),
        ("line: work what came in", "nakhoncity.line.tasks.sweep_inbox", 2, None),
        ("line: read the quota", "nakhoncity.line.tasks.read_quota", 3600, None),
        ("line: forget what is old", "nakhoncity.line.tasks.sweep_old", 3600, None),
        ("backup: keep the day", "nakhoncity.backup.tasks.sweep_backup", 1800, None),
        ("staff: end old sessions", "nakhoncity.staff.tasks.sweep_sessions", 3600, None),
        ("residents: end old sessions", "nakhoncity.residents.tasks.sweep_sessions", 3600, None),
        ("complaints: escalate what is late", "complaints.tasks.sweep_escalations", 5, "complaints"),
        ("complaints: end pauses, answers and waits", "complaints.tasks.sweep_due_dates", 15, "complaints"),
        ("complaints: learn words", "complaints.tasks.sweep_words", 3600, "complaints"),
        ("complaints: clear old drafts", "complaints.tasks.sweep_drafts", 3600, "complaints"),
        ("complaints: clear lost pictures", "complaints.tasks.sweep_orphans", 21600, "complaints"),
    ]
    if room is None or room in ROOMS
}

# --- History of configuration and personal records (history/) ------------------------------------
AUDITLOG_LOGENTRY_MODEL = "history.Change"
# Its own table would stand empty beside ours.
MIGRATION_MODULES = {"auditlog": None}
AUDITLOG_STORE_JSON_CHANGES = True
AUDITLOG_USE_FK_STRING_REPRESENTATION = True
AUDITLOG_CID_GETTER = "nakhoncity.history.actor.request_number"

# --- Language and time ---------------------------------------------------------------------------
# Thai whatever a browser asks for: half a page in English would help nobody. English is a matter of the address.
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
# The second step of signing in (staff/factors.py): off, for who wants it, or for everybody.
STAFF_MFA = read_choice("STAFF_MFA", ["off", "optional", "required"], "optional" if DEBUG or DEMO else "required")
MFA_ADAPTER = "nakhoncity.staff.adapter.StaffMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
# The slot for accounts that people have already (staff/directory.py): an OpenID Connect issuer.
OIDC_ISSUER = read_issuer("OIDC_ISSUER", may_be_http=DEBUG or DEMO)
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = read_text("OIDC_CLIENT_ID"), read_text("OIDC_CLIENT_SECRET")
OIDC_NAME = read_text("OIDC_NAME", "บัญชีหน่วยงาน") if OIDC_ISSUER else ""
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    stop("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.")
SOCIALACCOUNT_ADAPTER = "nakhoncity.staff.directory.StaffSocialAdapter"
OIDC_HOST = [site_of(OIDC_ISSUER)] if OIDC_ISSUER else []
_directory = {
    "provider_id": "town",
    "name": OIDC_NAME,
    "client_id": OIDC_CLIENT_ID,
    "secret": OIDC_CLIENT_SECRET,
    "settings": {"server_url": OIDC_ISSUER, "oauth_pkce_enabled": True, "fetch_userinfo": False, "scope": ["openid"]},
}
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [_directory] if OIDC_ISSUER else []}}
DEMO_PASSWORD = read_text("DEMO_PASSWORD", "nakhon-demo-2569")
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "__Host-staff" if IS_HTTPS else "staff"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
# Subdomains and the browsers' preload list are the town's own decision: they outlive this portal.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- LINE ----------------------------------------------------------------------------------------
LINE_MODE = read_choice("LINE_MODE", ["live", "simulator"], "simulator" if DEBUG or DEMO else "live")
if LINE_MODE == "simulator" and not (DEBUG or DEMO):
    stop("LINE_MODE=simulator is for trials: set DEMO=1 as well, or LINE_MODE=live.")
if LINE_MODE == "live" and DEBUG:
    stop("LINE_MODE=live and DEBUG=1 contradict each other: a page of errors would show people's data.")
if LINE_MODE == "live" and DEMO:
    stop("LINE_MODE=live and DEMO=1 contradict each other: the demo's accounts have a known password.")
if LINE_MODE == "live" and not IS_HTTPS:
    stop("LINE_MODE=live and PUBLIC_URL contradict each other: LINE takes only addresses that begin with https.")
SIMULATOR_URL = f"{_public.scheme}://{_public.hostname}:{(_public.port or 8000) + 1}"
_simulated = LINE_MODE == "simulator"
LINE_API_BASE = read_text("LINE_API_BASE", SIMULATOR_URL if _simulated else "").rstrip("/")
LINE_CHANNEL_ID = read_text("LINE_CHANNEL_ID", "1000000001" if _simulated else "")
LINE_CHANNEL_SECRET = read_text("LINE_CHANNEL_SECRET", "simulator-secret" if _simulated else "")
LINE_CHANNEL_ACCESS_TOKEN = read_text("LINE_CHANNEL_ACCESS_TOKEN", "simulator-token" if _simulated else "")
LINE_LOGIN_CHANNEL_ID = read_text("LINE_LOGIN_CHANNEL_ID", "1000000002" if _simulated else "")
LIFF_ID = read_text("LIFF_ID", "1000000002-simulate" if _simulated else "")
_needed = ["LINE_CHANNEL_ID", "LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "LINE_LOGIN_CHANNEL_ID", "LIFF_ID"]
for _name in _needed:
    if not globals()[_name]:
        stop(f"{_name} is missing: LINE_MODE=live needs it.")
# Where a LIFF address begins, and the script that gives pages `window.liff`.
LIFF_BASE = f"{SIMULATOR_URL}/liff/{LIFF_ID}" if _simulated else f"https://liff.line.me/{LIFF_ID}"
LIFF_SDK_URL = f"{SIMULATOR_URL}/liff/sdk.js" if _simulated else "https://static.line-scdn.net/liff/edge/2/sdk.js"

# --- Policy headers: strict for all; LIFF pages add LINE's hosts (residents/decorators.py) ---------
MAP_TILE_URL = read_tiles("MAP_TILE_URL")
TILE_HOST = [site_of(MAP_TILE_URL)] if MAP_TILE_URL else []
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
        **{f"{name}-src": [SELF] for name in ("script", "style", "font", "connect", "manifest", "worker")},
        "form-action": [SELF],
        "img-src": [SELF, "data:", "blob:", *TILE_HOST],
        "media-src": [SELF, "blob:"],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- /admin/ (administration/) --------------------------------------------------------------------
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "การตั้งค่าระบบ",
    "SITE_HEADER": "การตั้งค่าระบบ",
    "SITE_URL": None,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "THEME": "light",
    "STYLES": ["nakhoncity.administration.site.style_sheet"],
    "COLORS": {"primary": TEAL},
}

# --- The open API: it knows keys but nobody (city/api.py, city/writing.py) ------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Nakhoncity",
    "DESCRIPTION": "What the town's complaints are about and how they stand: no names, texts or pictures.",
    "VERSION": "1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {"Status": "complaints.workflow.Status", "Outcome": "complaints.workflow.Outcome"},
}

# --- Logs: what happened, never about whom (kit/logs.py) -------------------------------------------
LOGGING = log_settings(
    level=read_level("LOG_LEVEL", "WARNING" if DEMO else "INFO"), is_json=not (DEBUG or DEMO), is_for_developers=DEBUG
)
