"""Agencies, officers, second factors, accounts, bindings and the register of looks (单位、人员、账号、查询登记的存证)."""

from __future__ import annotations

from xinheng.ledger.protection import watch

watch(
    "access_agency",
    key="r.id::text",
    columns=(
        "r.id plain; r.uscc text; r.name text; r.region text; r.level text; "
        "r.domains list; r.channel_name text; r.channel_url text; r.is_lead plain; "
        "r.is_active plain"
    ),
)
watch(
    "access_user",
    key="r.id::text",
    columns=(
        "r.id plain; r.username text; r.name text; r.agency_id plain; r.roles list; "
        "r.is_active plain; r.password text"
    ),
)
watch(
    "access_accessentry",
    key="r.id::text",
    columns=(
        "r.id plain; r.at moment; r.actor plain; r.agency plain; r.channel text; "
        "r.what text; r.subject plain; r.purpose text; r.basis text; r.granted plain; "
        "r.refusal text"
    ),
)
watch(
    "otp_totp_totpdevice",
    key="r.id::text",
    columns=(
        "r.id plain; r.user_id plain; r.name text; r.confirmed plain; r.key text; "
        "r.step plain; r.t0 plain; r.digits plain; r.tolerance plain"
    ),
)
watch(
    "access_counteraccount",
    key="r.id::text",
    columns=("r.id plain; r.login bytes; r.person bytes; r.made_at moment"),
)
watch(
    "access_binding",
    key="r.id::text",
    columns=(
        "r.id plain; r.account_id plain; r.subject_id plain; r.kind text; "
        "r.mandate_from date; r.mandate_until date; r.how text; r.bound_at moment; "
        "r.bound_by plain; r.agency_id plain; r.evidence text; r.evidence_sha256 bytes; "
        "r.ended_at moment; r.ended_why text; r.ended_by plain"
    ),
)
watch(
    "access_presentperson",
    key="r.id::text",
    columns=(
        "r.id plain; r.officer plain; r.agency_id plain; r.binding_id plain; "
        "r.account_id plain; r.evidence text; r.at moment; r.until moment"
    ),
)
