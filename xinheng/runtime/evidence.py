"""Tables that come and go with work, sessions and sign-ins (不受保护的表)."""

from __future__ import annotations

from xinheng.ledger.protection import exempt

exempt("runtime_job", "work to be done; what it brings about has events of its own")
exempt("runtime_idempotencykey", "answers kept for repeats, cleared after their time")
for _table in ("django_session", "django_migrations", "django_content_type"):
    exempt(_table, "Django's own bookkeeping")
for _table in ("auth_group", "auth_group_permissions", "auth_permission"):
    exempt(_table, "not used: permissions are access/permissions.py")
for _table in (
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
    "otp_static_staticdevice",
    "otp_static_statictoken",
):
    exempt(_table, "locks after wrong guesses, and a second factor that nobody is given")
