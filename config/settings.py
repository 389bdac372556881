"""Settings of every environment; what differs comes from environment variables (docs/operations.md lists them)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

# --- Environment -----------------------------------------------------------------------------------------------------
COLLAUDO_ENV = env.str("COLLAUDO_ENV", default="development")
if COLLAUDO_ENV not in {"development", "test", "production"}:
    raise ValueError("COLLAUDO_ENV is development, test or production.")
PRODUCTION = COLLAUDO_ENV == "production"
DEBUG = False
DATA_DIR = (BASE_DIR / env.str("COLLAUDO_DATA_DIR", default=".data")).resolve()
PORT = env.int("PORT", default=8000)
TIME_TRAVEL = env.bool("COLLAUDO_TIME_TRAVEL", default=COLLAUDO_ENV == "test")
if PRODUCTION and TIME_TRAVEL:
    raise ImproperlyConfigured("COLLAUDO_TIME_TRAVEL lets users move the clock: production does not start with it.")
DEMO_PASSWORD = env.str("COLLAUDO_DEMO_PASSWORD", default="collaudo")
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{PORT}")

# A development key is no secret; production has no default, so it cannot start without its own.
SECRET_KEY = env.str("SECRET_KEY") if PRODUCTION else env.str("SECRET_KEY", default="development-" + "0123456789" * 5)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL] if PRODUCTION else [])

# --- Applications ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    # unfold dresses the admin, so it stands before it; our templates stand before everybody's.
    "config",
    "dashboard",
    "bookings",
    "costing",
    "projects",
    "facility",
    "outbox",
    "companies",
    "common",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "auditlog",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django_vite",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "schedule",
]

MIDDLEWARE = [
    "common.middleware.NulMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "common.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "companies.middleware.LanguageMiddleware",
    "common.clock.ClockMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "common.forms.LookRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database --------------------------------------------------------------------------------------------------------
if env.str("DATABASE_URL", default=""):
    DATABASES: dict[str, dict[str, Any]] = {"default": {**env.db("DATABASE_URL")}}
else:
    DATABASES = {"default": {"ENGINE": "config.embedded_postgres", "NAME": "collaudo", "USER": "postgres"}}
DATABASES["default"] |= {
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "TEST": {"TEMPLATE": "template0"},
}
if COLLAUDO_ENV == "test":
    DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "companies.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if COLLAUDO_ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "companies.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Collaudo: "
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS = False  # they count per address and punish whole offices; axes counts per account
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Collaudo"
AXES_USERNAME_CALLABLE = "companies.lockout.account_of"
AXES_LOCKOUT_CALLABLE = "companies.lockout.locked_out"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "it"
LANGUAGES = [("it", "Italiano"), ("en", "English")]  # each in its own words
FORMAT_MODULE_PATH = ["common.formats"]
USE_TZ = True
TIME_ZONE = "Europe/Rome"

# --- Files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "frontend" / "dist"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if COLLAUDO_ENV == "test":
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = DATA_DIR / "media"
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": BASE_DIR / "frontend" / "dist" / "manifest.json"}}

# --- Background work and mail ----------------------------------------------------------------------------------------
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if COLLAUDO_ENV == "test"
        else "django_tasks_db.DatabaseBackend"
    }
}
# Only production sends mail; elsewhere the outbox itself is the mailbox, read at /mailbox/.
EMAIL_BACKEND = "outbox.mailbox.MailboxBackend"
if PRODUCTION:
    vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Collaudo <collaudo@localhost>")

# --- API -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "companies.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["common.parsing.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "common.parsing.FirstRenderer",
    "DEFAULT_PAGINATION_CLASS": "common.api.Pages",
    "DEFAULT_SCHEMA_CLASS": "common.schema.ProblemSchema",
    "DEFAULT_THROTTLE_RATES": {"token": "30/min"},
    "EXCEPTION_HANDLER": "common.problems.problem_handler",
    "NUM_PROXIES": env.int("PROXIES", default=0),
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Collaudo",
    "DESCRIPTION": "Book a centre's machines, run proofs of concept, account for the use.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "BookingStatusEnum": "bookings.models.BookingStatus",
        "ChargeKindEnum": "costing.models.ChargeKind",
        "CompanyTypeEnum": "companies.models.CompanyType",
        "JobStateEnum": "outbox.models.JobState",
        "PeriodStateEnum": "costing.models.PeriodState",
        "ProjectTypeEnum": "projects.models.ProjectType",
        "ResourceKindEnum": "facility.models.ResourceKind",
    },
}

# --- Admin -----------------------------------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Collaudo",
    "SITE_HEADER": "Collaudo",
    "SITE_URL": "/",
    "SITE_SYMBOL": "task_alt",
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {
        "primary": {
            "50": "oklch(97% .015 200)",
            "100": "oklch(94% .03 200)",
            "200": "oklch(88% .05 200)",
            "300": "oklch(80% .07 200)",
            "400": "oklch(68% .085 205)",
            "500": "oklch(55% .08 205)",
            "600": "oklch(45% .07 208)",
            "700": "oklch(40% .065 208)",
            "800": "oklch(34% .055 208)",
            "900": "oklch(28% .045 208)",
            "950": "oklch(20% .03 208)",
        }
    },
}

# --- Security --------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# The admin's widgets evaluate expressions and style inline (staff only); the API's documentation styles inline.
CONTENT_SECURITY_POLICY_BY_PREFIX: dict[str, dict[str, list[str]]] = {
    "/admin/": {"script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]},
    "/api/v1/docs/": {"style-src": [SELF, UNSAFE_INLINE]},
}
CSRF_FAILURE_VIEW = "common.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if not PRODUCTION:  # browsers keep cookies by host and not by port: two copies on one machine would sign each other out
    SESSION_COOKIE_NAME = f"collaudo_session_{PORT}"
    CSRF_COOKIE_NAME = f"collaudo_csrf_{PORT}"
    LANGUAGE_COOKIE_NAME = f"collaudo_language_{PORT}"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # counting per account alone is the point: offices share an address
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True

# --- What the operator reads -----------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},  # refusals are answers; only what nobody foresaw is news
    },
}
