"""Settings, read from environment variables only. `.env.example` explains each variable.

Without SECRET_KEY the project runs in *local mode*: a generated key under `var/`, any host name,
plain HTTP, demo payments. With SECRET_KEY it runs in *production mode*, where ALLOWED_HOSTS is
required and no demo feature works (docs/decisions/0300-demo-in-local-mode-only.md). In both modes,
embedded servers are used where DATABASE_URL and REDIS_URL are unset, and no e-mail is sent without
EMAIL_URL. A wrong value is refused with the name of its variable.
"""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from kombu import Queue

from accounts.allauth_settings import CODE_FORMS, FORMS, RATE_LIMITS, SOCIAL_FORMS, read_social_apps
from backoffice.theme import THEME
from concert.schedule import SCHEDULE
from core import environment
from core.content_security import site_policy
from core.environment import MOVED_TO_ADMIN, broker_url, local_secret
from core.languages import languages_in, right_to_left
from core.logs import logs_at
from devserver import embedded
from payments.provider_settings import (
    PAYMENT_PROVIDERS,  # noqa: F401
    REAL_PAYMENT_PROVIDERS,
    read_pay_pages,
    read_payment_keys,
    read_payment_provider,
)
from wallets.key_settings import read_apple_wallet, read_google_wallet

BASE_DIR = Path(__file__).resolve().parent.parent
# Everything that Concert writes: uploads, static files, exports, attachments.
VAR_DIR = Path(environment.text("DATA_DIR", str(BASE_DIR / "var")))
environment.refuse_moved(MOVED_TO_ADMIN)

# --- Mode and security ---------------------------------------------------------------------

LOCAL_MODE = not environment.text("SECRET_KEY", "")
DEBUG = environment.boolean("DEBUG", False)
SECRET_KEY = local_secret(VAR_DIR) if LOCAL_MODE else environment.secret("SECRET_KEY")
# Former keys: what was signed or encrypted with them stays valid (core/secret_keys.py).
SECRET_KEY_FALLBACKS = environment.secrets("SECRET_KEY_FALLBACKS")
PORT = environment.integer("PORT", 8000, least=1, most=65535)
ALLOWED_HOSTS = environment.listing("ALLOWED_HOSTS", ["*"] if LOCAL_MODE else None)
SITE_URL = environment.url(
    "SITE_URL",
    f"http://127.0.0.1:{PORT}" if LOCAL_MODE else environment.url_of_first(ALLOWED_HOSTS),
    schemes=["http", "https"],
).rstrip("/")
CSRF_TRUSTED_ORIGINS = environment.listing("CSRF_TRUSTED_ORIGINS", [] if LOCAL_MODE else [SITE_URL])

SECURE = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = SECURE and environment.boolean("SECURE_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE and environment.boolean(
    "SECURE_HSTS_INCLUDE_SUBDOMAINS", False
)
SECURE_HSTS_PRELOAD = SECURE and environment.boolean("SECURE_HSTS_PRELOAD", False)
# The deploy checks ask for both; other hosts of the domain are the owner's decision.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
if SECURE_HSTS_PRELOAD and not SECURE_HSTS_INCLUDE_SUBDOMAINS:
    raise ImproperlyConfigured(
        "SECURE_HSTS_PRELOAD needs SECURE_HSTS_INCLUDE_SUBDOMAINS: browsers preload whole domains."
    )
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
BEHIND_PROXY = environment.boolean("BEHIND_PROXY", False)
# The number of own proxies, each of which appends to X-Forwarded-For.
PROXY_COUNT = environment.integer("PROXY_COUNT", 1, least=1, most=9) if BEHIND_PROXY else 0
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {"DIRECTIVES": site_policy()}

# --- Applications --------------------------------------------------------------------------

INSTALLED_APPS = [
    "cli",  # Before Django: its commands replace Django's of the same name.
    *["backoffice.apps.ThemeConfig", "unfold.contrib.filters", "unfold.contrib.forms"],
    *["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes"],
    *["django.contrib.sessions", "django.contrib.messages"],
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    *["django.contrib.humanize", "django.contrib.postgres", "django.contrib.sitemaps"],
    *["django_htmx", "crispy_forms", "crispy_bootstrap5"],
    *["allauth", "allauth.account", "allauth.mfa", "allauth.headless", "allauth.socialaccount"],
    *[f"allauth.socialaccount.providers.{name}" for name in ("google", "apple", "openid_connect")],
    *["corsheaders", "ninja"],
    *["organisation", "accounts", "emails", "venues", "payments", "shows", "waitingroom"],
    *["bookings", "wallets", "finance", "door", "exports", "api", "auditlog"],
    *["staff_activity", "backoffice"],
    *(["demo"] if LOCAL_MODE else []),  # Its accounts have a published password.
    *["devserver", "core"],
]

MIDDLEWARE = [
    "core.headers.nosniff",
    "core.health.answer_probes",
    "django.middleware.security.SecurityMiddleware",
    "core.headers.permissions_policy",
    "organisation.language.site_language",
    "core.public_pages.PublicPages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "core.content_security.content_security",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.links.refuse_null_paths",
    "core.links.open_page_above",
    "allauth.account.middleware.AccountMiddleware",
    "core.admin.filters.refuse_invalid_filters",
    "organisation.time_zone.organisation_time_zone",
    "accounts.social_redirects.social_redirects",
    "accounts.middleware.second_factor",
    "accounts.middleware.last_visit",
    "accounts.middleware.staff_time_zone",
    "bookings.middleware.visitor_cookies",
    "api.middleware.api_middleware",
    "staff_activity.middleware.record_staff_activity",
]

UNFOLD = THEME
ROOT_URLCONF = "concert.urls"
WSGI_APPLICATION = "concert.wsgi.application"

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
                "core.context_processors.visitor",
            ],
        },
    },
]

# --- Database, cache, tasks, logs --------------------------------------------------------

EMBEDDED_DATABASE_URL, EMBEDDED_REDIS_URL = embedded.addresses()

# Seconds that a page waits for a lock before it answers that the site is busy; three times that for
# a statement. gunicorn's configuration sets it. Tasks and commands have no limit: they put large
# halls on sale and export the sales of years.
DATABASE_LOCK_TIMEOUT = environment.integer("DATABASE_LOCK_TIMEOUT", 0, least=0, most=3600)
DATABASES = {
    "default": environment.database(
        environment.url("DATABASE_URL", EMBEDDED_DATABASE_URL, schemes=["postgres", "postgresql"]),
        lock_timeout=DATABASE_LOCK_TIMEOUT,
        prepares=environment.boolean("DATABASE_PREPARED_STATEMENTS", True),
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.url("REDIS_URL", EMBEDDED_REDIS_URL, schemes=["redis", "rediss", "unix"])
CACHES = {
    "default": {
        "BACKEND": "core.cache.FaultTolerantRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "concert",
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
}

CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 0.5,
    "global_keyprefix": "celery:",
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 600
# Live queues must not wait behind e-mails and exports: in production a worker of its own admits
# visitors (`--queues=admission`). A worker without `--queues` takes both.
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in ("celery", "admission")]
CELERY_TASK_ROUTES = {"waitingroom.tasks.admit*": {"queue": "admission"}}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = dict(SCHEDULE)
# A worker that was killed loses what it had claimed after so many seconds (see `core.leases`).
LEASE_SECONDS = 20
LOG_LEVEL = environment.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"])
LOGGING = logs_at(LOG_LEVEL)

# --- Accounts ------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ["Argon2", "PBKDF2"]
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ["UserAttributeSimilarity", "MinimumLength", "CommonPassword"]
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "emails.account_messages.AccountAdapter"
ACCOUNT_FORMS = FORMS
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Addresses are verified by a code entered on the same page: same tab, same language, same way back
# to the basket. They are verified before the first sign-in, so that signing up does not reveal
# whether an address has an account.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_CHANGE_EMAIL = ACCOUNT_REAUTHENTICATION_REQUIRED = ACCOUNT_EMAIL_NOTIFICATIONS = True
# Also out of the admin by a redirect, on which the kept tickets are dropped (bookings.middleware).
LOGOUT_REDIRECT_URL, ACCOUNT_LOGOUT_REDIRECT_URL = "admin:index", "/"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_RATE_LIMITS = RATE_LIMITS
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
# Providers that customers can log in with: none unless configured.
SOCIAL_APPS = read_social_apps(local_mode=LOCAL_MODE)
SOCIALACCOUNT_ADAPTER = "accounts.social_adapter.SocialAdapter"
SOCIALACCOUNT_FORMS = SOCIAL_FORMS
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_REQUIRED = SOCIALACCOUNT_QUERY_EMAIL = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 8
SOCIALACCOUNT_PROVIDERS = {"google": {"OAUTH_PKCE_ENABLED": True}}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_FORMS = CODE_FORMS
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL_MODE  # On http://localhost.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# --- API -----------------------------------------------------------------------------------

# allauth's tokens: they belong to a session, so that signing out revokes them at once.
HEADLESS_CLIENTS = ["app"]
HEADLESS_TOKEN_STRATEGY = "allauth.headless.tokens.strategies.jwt.JWTTokenStrategy"
HEADLESS_JWT_ALGORITHM = "HS256"
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True
HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = 15 * 60
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = 60 * 60 * 24 * 14
# Requests per minute of an account, an API key, or a guest's address.
API_RATE_LIMITS = {
    "reads": environment.integer("API_READS_PER_MINUTE", 600, least=1),
    "writes": environment.integer("API_WRITES_PER_MINUTE", 120, least=1),
    "auth": environment.integer("API_LOGINS_PER_MINUTE", 60, least=1),
}
CORS_ALLOWED_ORIGINS = environment.listing("API_ALLOWED_ORIGINS", [])
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = """authorization content-type idempotency-key if-match if-none-match
    x-api-key x-visitor""".split()
CORS_EXPOSE_HEADERS = """ETag Idempotency-Replayed Location RateLimit RateLimit-Policy
    Retry-After""".split()
# Webhooks are sent to public addresses and to these networks.
WEBHOOK_ALLOWED_NETWORKS = environment.networks("WEBHOOK_ALLOWED_NETWORKS", [])

# --- E-mail --------------------------------------------------------------------------------

# Every e-mail is queued and can be read in the admin. Without EMAIL_URL none is sent.
EMAIL_BACKEND = "emails.backend.QueueBackend"
EMAIL_URL = environment.url("EMAIL_URL", "", schemes=["smtp", "smtps", "smtp+tls"])
if EMAIL_URL:
    globals().update(environment.smtp_settings(EMAIL_URL))
# The organisation's sender (organisation.models.Organisation).
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ""
# Days after which the content of sent e-mails is erased.
KEEP_EMAILS_DAYS = environment.days("KEEP_EMAILS_DAYS", 365)
# Where the worker sends e-mails to. Without a mail server they are kept, and count as sent.
EMAIL_DELIVERY_BACKEND = (
    f"django.core.mail.backends.{'smtp' if EMAIL_URL else 'dummy'}.EmailBackend"
)
# An e-mail that the mail server did not take for now is sent again after so many seconds.
EMAIL_RETRY_SECONDS = 300

# --- Language, time, files -----------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = languages_in(BASE_DIR / "locale")
LOCALE_PATHS = [BASE_DIR / "locale"]
# Made-up languages for developers (tools/pseudo_languages.py); visitors never see them.
if LOCAL_MODE and environment.boolean("PSEUDO_LANGUAGES", False):
    LOCALE_PATHS.append(VAR_DIR / "pseudo-languages")
    LANGUAGES += languages_in(LOCALE_PATHS[-1])[1:]
LANGUAGES_BIDI = right_to_left(LANGUAGES)
FORMAT_MODULE_PATH = ["core.formats"]
# Requests and tasks activate the organisation's time zone (organisation.time_zone).
TIME_ZONE = "UTC"
USE_I18N = USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(environment.text("MEDIA_ROOT", str(VAR_DIR / "media")))
STORAGES = {
    # Pictures, which nginx serves.
    "default": {"BACKEND": "core.storage.PublicStorage"},
    # Attachments of e-mails, and exports for the staff who requested them: these have no URL. Every
    # web node and the worker need the same folder of exports.
    "emails": {
        "BACKEND": "core.storage.PrivateStorage",
        "OPTIONS": {"location": VAR_DIR / "emails"},
    },
    "exports": {
        "BACKEND": "core.storage.PrivateStorage",
        "OPTIONS": {"location": environment.text("EXPORTS_ROOT", str(VAR_DIR / "exports"))},
    },
    "staticfiles": {"BACKEND": "core.static_files.MinifiedStorage"},
}
WHITENOISE_MANIFEST_STRICT = False  # Before `collectstatic` has run, files keep their plain names.
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
FORMS_URLFIELD_ASSUME_HTTPS = True
# Exports of up to so many rows are downloaded at once; larger ones are written by the worker.
EXPORT_MAX_DOWNLOAD_ROWS = environment.integer("EXPORT_MAX_DOWNLOAD_ROWS", 5000, most=100_000)

# --- Sale ----------------------------------------------------------------------------------

# Whether one address may hold every seat and join queues without limit, whatever the organisation
# has set: load tests and rehearsals come from one address.
LIFT_ADDRESS_LIMITS = environment.boolean("LIFT_ADDRESS_LIMITS", False)
# Queue status requests answered per second, by the application or by nginx.
QUEUE_POLLS_PER_SECOND = environment.integer("QUEUE_POLLS_PER_SECOND", 500, least=1, most=1_000_000)

# --- Retention, in days ---------------------------------------------------------------------

KEEP_EXPORTS_DAYS = environment.days("KEEP_EXPORTS_DAYS", 7)
KEEP_STAFF_ACTIVITY_DAYS = environment.days("KEEP_STAFF_ACTIVITY_DAYS", 730)
KEEP_SIGN_INS_DAYS = environment.days("KEEP_SIGN_INS_DAYS", 90)
KEEP_UNVERIFIED_ACCOUNTS_DAYS = environment.days("KEEP_UNVERIFIED_ACCOUNTS_DAYS", 30)
KEEP_BASKETS_DAYS = environment.days("KEEP_BASKETS_DAYS", 30)
KEEP_GUESTS_DAYS = environment.days("KEEP_GUESTS_DAYS", 1095, least=30)
KEEP_PROVIDER_EVENTS_DAYS = environment.days("KEEP_PROVIDER_EVENTS_DAYS", 365, least=30)
# Names, IBANs and texts of bank transfers, after they have been decided.
KEEP_PAYERS_DAYS = environment.days("KEEP_PAYERS_DAYS", 730, least=60)
KEEP_WEBHOOKS_DAYS = environment.days("KEEP_WEBHOOKS_DAYS", 30)
# Full calendar years after the year in which a tax document was issued. 0: each seller's own.
KEEP_DOCUMENTS_YEARS = environment.integer("KEEP_DOCUMENTS_YEARS", 0, most=30)

# Signs ticket codes. Unset: derived from SECRET_KEY, whose former values stay valid as fallbacks.
TICKET_SIGNING_KEY = environment.seed("TICKET_SIGNING_KEY")

# --- Payments ------------------------------------------------------------------------------

# The providers are in payments/provider_settings.py. Unset: superusers choose in the admin.
ALLOW_DEMO_PAYMENTS_IN_PRODUCTION = environment.boolean("ALLOW_DEMO_PAYMENTS_IN_PRODUCTION", False)
PAYMENT_PROVIDER = read_payment_provider(
    local_mode=LOCAL_MODE, allow_demo=ALLOW_DEMO_PAYMENTS_IN_PRODUCTION
)
PAYMENT_PROVIDER_IS_SET = bool(environment.text("PAYMENT_PROVIDER", ""))
# Keys that are not given here are entered in the admin.
PAYMENT_KEYS = read_payment_keys(
    REAL_PAYMENT_PROVIDERS, local_mode=LOCAL_MODE, allow_test=ALLOW_DEMO_PAYMENTS_IN_PRODUCTION
)
# As the provider names them. Unset: superusers choose in the admin (payments/methods.py).
PAYMENT_METHODS = environment.listing("PAYMENT_METHODS")
# A payment that is in no payout after so many days becomes a task for staff.
PAYOUT_WITHIN_DAYS = environment.days("PAYOUT_WITHIN_DAYS", 14)
# Of the threads that serve pages, half may wait for a payment provider at the same time.
WEB_THREADS = environment.integer("WEB_THREADS", 4, least=1, most=256)
demo = "demo" if LOCAL_MODE or ALLOW_DEMO_PAYMENTS_IN_PRODUCTION else "none"
possible = {PAYMENT_PROVIDER} if PAYMENT_PROVIDER_IS_SET else {*REAL_PAYMENT_PROVIDERS, demo}
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += read_pay_pages(
    possible & set(REAL_PAYMENT_PROVIDERS), PAYMENT_KEYS
)
APPLE_WALLET, GOOGLE_WALLET = read_apple_wallet(), read_google_wallet()
APPLE_PUSH_URL, APPLE_PUSH_CA = "https://api.push.apple.com", ""
GOOGLE_WALLET_API = "https://walletobjects.googleapis.com/walletobjects/v1"
GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token"
if "demo" not in possible:
    del CELERY_BEAT_SCHEDULE["send-demo-webhooks"]
# Also over payments with a provider's test keys, which cost nothing either.
if possible != {"none"} and ALLOW_DEMO_PAYMENTS_IN_PRODUCTION and not LOCAL_MODE:
    inside = MIDDLEWARE.index("core.public_pages.PublicPages") + 1
    MIDDLEWARE.insert(inside, "core.demo_banner.demo_banner")
