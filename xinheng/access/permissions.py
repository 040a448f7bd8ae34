"""Role by verb; what is not in the table is denied (权限表).

Who may do something is told here; to what, by row-level security and the services; whether the law
allows it at all, by xinheng.law.
"""

from __future__ import annotations

from collections.abc import Mapping

from xinheng.access.actor import Actor
from xinheng.law.language import Refusal

CLERK, CHECKER, SIGNER = "clerk", "checker", "signer"
OFFICE, AUDITOR, ADMIN = "office", "auditor", "admin"
WINDOW, SUBJECT, ANYBODY = "window", "subject", "anybody"

ROLE_LABELS: Mapping[str, str] = {
    CLERK: "经办人",
    CHECKER: "审核人",
    SIGNER: "签发人",
    OFFICE: "市信用办",
    AUDITOR: "审计监督",
    ADMIN: "系统管理员",
    WINDOW: "窗口人员",
}
# With whom no officer is: a subject acts for itself, through an account of the counter, and anybody may complain.
LABELS: Mapping[str, str] = {**ROLE_LABELS, SUBJECT: "当事人", ANYBODY: "任何人"}

# verb: (what it means, roles that may)
TABLE: Mapping[str, tuple[str, frozenset[str]]] = {
    "batch.submit": ("报送、校验并提交批次", frozenset({CLERK})),
    "batch.view": ("查看批次和校验结果", frozenset({CLERK, CHECKER, OFFICE, AUDITOR})),
    "record.view": ("查看记录全文", frozenset({CLERK, CHECKER, OFFICE, AUDITOR})),
    "withheld.view": ("凭特别权限查看已终止共享或者屏蔽的信息", frozenset({OFFICE, AUDITOR})),
    "history.view": ("查看某一日的登记和公示情况", frozenset({CLERK, CHECKER, OFFICE, AUDITOR})),
    "proposal.make": ("提出更正、遮去或撤回", frozenset({CLERK, CHECKER})),
    "proposal.decide": ("审核更正、遮去或撤回", frozenset({CHECKER})),
    "waiting.view": ("查看待裁定的行", frozenset({CLERK, CHECKER, OFFICE, AUDITOR})),
    "waiting.settle": ("提出和审核待裁定行的办结", frozenset({CLERK, CHECKER, OFFICE})),
    "ruling.propose": ("提出裁定", frozenset({OFFICE})),
    "ruling.approve": ("批准裁定", frozenset({OFFICE})),
    "ruling.revoke": ("撤销裁定", frozenset({OFFICE})),
    "window.propose": ("提出不可抗力窗口和它的结束", frozenset({OFFICE})),
    "window.approve": ("批准不可抗力窗口和它的结束", frozenset({OFFICE})),
    "touched.view": ("查看待复核事项", frozenset({CLERK, CHECKER, SIGNER, OFFICE, AUDITOR})),
    "touched.review": ("复核不可抗力窗口触及的事项", frozenset({CLERK, CHECKER, SIGNER})),
    "bundle.propose": ("提出更换法规与目录数据", frozenset({OFFICE})),
    "bundle.approve": ("批准更换法规与目录数据", frozenset({OFFICE})),
    "widening.decide": ("决定是否扩大或延长原有公示", frozenset({CHECKER, OFFICE})),
    "publication.rebuild": ("重新生成公示内容", frozenset({OFFICE, ADMIN})),
    "report.issue": ("出具信用报告", frozenset({OFFICE})),
    "report.view": ("查看已出具的信用报告", frozenset({OFFICE, AUDITOR})),
    "case.view": ("查看名单案卷", frozenset({CLERK, CHECKER, SIGNER, OFFICE, AUDITOR})),
    "case.open": ("立案", frozenset({CLERK})),
    "case.step": ("办理名单案卷的一步", frozenset({CLERK, CHECKER, SIGNER})),
    "case.hand_over": ("移交名单案卷", frozenset({CLERK, CHECKER})),
    "case.ask": ("提出移出名单", frozenset({CLERK})),
    "case.answer": ("对移出名单的提议作出决定", frozenset({SIGNER})),
    "repair.view": ("查看信用修复案卷", frozenset({CLERK, CHECKER, SIGNER, OFFICE, AUDITOR})),
    "repair.step": ("办理信用修复案卷的一步", frozenset({CLERK, CHECKER, SIGNER})),
    "revocation.view": ("查看文书撤销与变更", frozenset({CLERK, CHECKER, SIGNER, OFFICE, AUDITOR})),
    "revocation.open": ("登记文书的撤销、变更、停止执行和复议诉讼", frozenset({CLERK})),
    "revocation.step": ("办理文书撤销与变更的一步", frozenset({CLERK, CHECKER, SIGNER})),
    "correction.view": ("查看异议", frozenset({CLERK, CHECKER, OFFICE, AUDITOR})),
    "correction.step": ("核查和处理异议", frozenset({CLERK, CHECKER})),
    "measure.view": ("查看本单位的惩戒措施", frozenset({CLERK, CHECKER, SIGNER, OFFICE, AUDITOR})),
    "measure.ask": ("查问可以采取的惩戒措施，登记未采取的理由", frozenset({CLERK, CHECKER, SIGNER})),
    "measure.propose": ("提出一项惩戒措施", frozenset({CLERK})),
    "measure.review": ("复核一项惩戒措施是否必要", frozenset({CHECKER, SIGNER})),
    "measure.decide": ("审核一项惩戒措施", frozenset({CHECKER})),
    "measure.end": ("终止一项惩戒措施", frozenset({CLERK, CHECKER})),
    "file.open": ("打开一个主体的非公开信息", frozenset({CLERK, CHECKER, SIGNER, OFFICE, AUDITOR})),
    "set.open": ("打开一组非公开信息", frozenset({CLERK, CHECKER, SIGNER, OFFICE, AUDITOR})),
    "own.open": ("打开本人、本单位的信息", frozenset({SUBJECT, WINDOW})),
    "own.report": ("出具本人、本单位的信用报告", frozenset({SUBJECT, WINDOW})),
    "own.reply": ("提出陈述、申辩、异议或者听证申请", frozenset({SUBJECT, WINDOW})),
    "own.repair": ("申请信用修复、补正、撤回", frozenset({SUBJECT, WINDOW})),
    "own.correct": ("对信息提出异议，或者撤回", frozenset({SUBJECT, WINDOW})),
    "account.bind": ("在窗口核验材料并绑定账号", frozenset({WINDOW})),
    "window.act": ("在窗口为到场的人办理", frozenset({WINDOW})),
    "subject.add": ("登记信用主体", frozenset({CLERK})),
    "register.view": ("查看查询登记", frozenset({CHECKER, OFFICE, AUDITOR})),
    "ledger.view": ("查看台账", frozenset({OFFICE, AUDITOR})),
    "contact.keep": ("公布修复的专人和窗口", frozenset({CLERK, CHECKER, OFFICE})),
    "procedure.keep": ("公布本单位的修复办法", frozenset({CLERK, CHECKER})),
    "complaint.lodge": ("举报", frozenset({ANYBODY})),
    "complaint.handle": ("受理、移送、答复交本单位办理的举报", frozenset({CHECKER, OFFICE})),
    "complaint.view": ("查看没有人受理和超期的举报", frozenset({OFFICE, AUDITOR})),
    "agency.manage": ("新增和变更单位", frozenset({ADMIN})),
    "keys.rotate": ("更换主密钥", frozenset({ADMIN})),
    "user.manage": ("新增账号、变更角色、停用账号", frozenset({ADMIN})),
}


def may(actor: Actor, verb: str) -> bool:
    """Whether one of the actor's roles is in the table for `verb`; False for a verb that is not there."""
    _, roles = TABLE.get(verb, ("", frozenset()))
    return bool(roles & actor.roles)


def require(actor: Actor, verb: str) -> None:
    """Nothing when the actor may, else raise Refusal PERMISSION_DENIED."""
    if not may(actor, verb):
        label, _ = TABLE.get(verb, (verb, frozenset()))
        raise Refusal.because("PERMISSION_DENIED", verb=label)


def rows() -> list[tuple[str, str, dict[str, bool]]]:
    """The table for print: (verb, meaning, role -> allowed), in the order of this file."""
    return [(verb, label, {role: role in roles for role in LABELS}) for verb, (label, roles) in TABLE.items()]
