"""Django settings of every installation; docs/deployment.md lists the environment variables (设置)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from xinheng.config import environment
from xinheng.config.database import databases, own_home

BASE_DIR = Path(__file__).resolve().parents[2]
XINHENG_VAR = environment.directory("XINHENG_VAR", default=BASE_DIR / "var")
XINHENG_KEYS_DIR = environment.directory("XINHENG_KEYS_DIR", default=XINHENG_VAR / "keys")
XINHENG_FILES_DIR = environment.directory("XINHENG_FILES_DIR", default=XINHENG_VAR / "files")
XINHENG_OWN_POSTGRES = own_home(XINHENG_VAR)

# The name of the city's log of evidence: on every checkpoint, never changed once it has signed one.
XINHENG_LOG_ORIGIN = environment.text("XINHENG_LOG_ORIGIN", default="xinheng.invalid/log/1")

DEBUG = environment.flag("XINHENG_DEBUG", default=False)
XINHENG_DEMO = environment.flag("XINHENG_DEMO", default=False)
XINHENG_SITE = environment.beginning("XINHENG_SITE_")  # the footer's facts: see web/ui/site.py
HTTPS = environment.flag("XINHENG_HTTPS", default=not (DEBUG or XINHENG_DEMO))
XINHENG_FONT_DIRS = environment.directories("XINHENG_FONT_DIRS")
# Whether a proxy stands before us that adds the visitor's address to X-Forwarded-For: see web/portal/visitor.py.
XINHENG_PROXIED = environment.flag("XINHENG_PROXIED", default=False)
SECRET_KEY = environment.secret_key(XINHENG_KEYS_DIR)
ALLOWED_HOSTS = environment.words("XINHENG_HOSTS", default="127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS]
# Printed on documents, so that their holders find the page to confirm them.
XINHENG_PUBLIC_URL = environment.address(
    "XINHENG_PUBLIC_URL", default=f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0]}"
)

# The identity provider of the counter 我的信用; empty: nobody can sign in there online.
XINHENG_OIDC = environment.provider("XINHENG_OIDC_")

INSTALLED_APPS = [
    "xinheng.vault",
    "xinheng.ledger",
    "xinheng.runtime",
    "xinheng.documents",
    "xinheng.catalog",
    "xinheng.subjects",
    "xinheng.access",
    "xinheng.registry",
    "xinheng.casework",
    "xinheng.exchange",
    "xinheng.publication",
    "xinheng.reports",
    "xinheng.oversight",
    "xinheng.jobs",
    "xinheng.web.ui",
    "xinheng.web.portal",
    "xinheng.web.counter",
    "xinheng.web.desk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "xinheng.web.ui.csp.ContentSecurityPolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Public pages leave here: what follows is for the desk and the counter.
    "xinheng.config.middleware.PublicPagesFirst",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "xinheng.config.urls"
WSGI_APPLICATION = "xinheng.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "xinheng.web.ui.site.site",
            ],
        },
    }
]

DATABASES = databases(XINHENG_VAR)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Officers: a password and a second factor; five wrong guesses close a name and an address for a while.
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
# One's own success does not wipe one's guesses at others, and a lock ends although somebody keeps knocking.
AXES_RESET_ON_SUCCESS = False
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_SENSITIVE_PARAMETERS = ["code"]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "xinheng.web.desk.entrance.locked"
CSRF_FAILURE_VIEW = "xinheng.config.forged.forged"
OTP_TOTP_ISSUER = "信衡 Xinheng"
LOGIN_URL = "/desk/login/"
LOGIN_REDIRECT_URL = "/desk/"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = XINHENG_VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG:
    STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = XINHENG_FILES_DIR

# Uploads go to a temporary file, never wholly into memory; the intake bounds what it unpacks itself.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Names and levels only: a record's values, addresses with queries and request bodies stay out of the log.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        # Not even "Not Found: /s/…": somebody may have typed a person's number into the address.
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
    },
}
