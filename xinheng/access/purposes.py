"""The purposes for which a non-public record may be looked at: a closed list (查询目的)."""

from __future__ import annotations

import enum


class Purpose(enum.StrEnum):
    """Why an officer looks; each entry of the register and the subject's own view shows the label."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Purpose:
        purpose = str.__new__(cls, value)
        purpose._value_ = value
        purpose.label = label
        return purpose

    REPORTING = "reporting", "核对本单位报送的信息"
    CORRECTION = "correction", "更正或者撤回本单位报送的信息"
    DISCLOSURE_REVIEW = "disclosure_review", "公开前的审查和遮去个人信息"
    RULING = "ruling", "办理待裁定事项"
    OBJECTION = "objection", "办理异议、申请或者投诉"
    ISSUING = "issuing", "应申请出具信用报告"
    LISTING = "listing", "办理名单案卷"
    DUTY = "duty", "依法履行职责时查询"
    SUPERVISION = "supervision", "监督检查和审计"
    WITHHELD = "withheld", "凭特别权限查看已终止共享或者屏蔽的信息"
    OWN = "own", "查看本人、本单位的信息"


# Everyone who may open files may name these; supervision belongs to those who supervise.
_ROLES: dict[Purpose, frozenset[str]] = {
    Purpose.REPORTING: frozenset({"clerk", "checker"}),
    Purpose.CORRECTION: frozenset({"clerk", "checker"}),
    Purpose.DISCLOSURE_REVIEW: frozenset({"clerk", "checker", "office"}),
    Purpose.RULING: frozenset({"clerk", "checker", "office"}),
    Purpose.OBJECTION: frozenset({"clerk", "checker", "office"}),
    Purpose.ISSUING: frozenset({"office"}),
    Purpose.LISTING: frozenset({"clerk", "checker", "signer", "office"}),
    Purpose.DUTY: frozenset({"clerk", "checker", "signer", "office"}),
    Purpose.SUPERVISION: frozenset({"office", "auditor"}),
    # 五（一）屏蔽: special right, and the reason is the basis of the look.
    Purpose.WITHHELD: frozenset({"office", "auditor"}),
    # A look of one's own is opened by gate.open_own and named by nobody.
    Purpose.OWN: frozenset(),
}


def purpose_of(text: str) -> Purpose | None:
    """The purpose of that code, None when it is not one of ours."""
    try:
        return Purpose(text)
    except ValueError:
        return None


def open_to(roles: frozenset[str]) -> list[Purpose]:
    """The purposes that somebody with these roles may name, for the choice on a page."""
    return [purpose for purpose in Purpose if _ROLES[purpose] & roles]
