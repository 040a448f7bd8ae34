"""The closed vocabulary of events: nothing else can enter the ledger (事件种类)."""

from __future__ import annotations

import enum


class EventKind(enum.StrEnum):
    """What can happen, as `source.action`; the Chinese sentence says it to a reader of the ledger."""

    sentence: str

    def __new__(cls, value: str, sentence: str = "") -> EventKind:
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.sentence = sentence
        return kind

    BATCH_RECEIVED = "batch.received", "收到一份报送文件，尚未提交。"
    BATCH_ACCEPTED = "batch.accepted", "一批报送信息已提交并入库。"
    BATCH_RETURNED = "batch.returned", "一份报送文件已退回报送单位。"
    BATCH_WITHDRAWN = "batch.withdrawn", "一批误报的信息经两人办理后整批撤回。"

    RECORD_CORRECTED = "record.corrected", "一条记录经两人办理后更正，原内容留存。"
    RECORD_REDACTED = "record.redacted", "一条记录中的个人信息经两人办理后遮去。"
    RECORD_EFFECT_APPLIED = "record.effect_applied", "对信息作出的终止共享公开、标注或者屏蔽已生效。"
    RECORD_EFFECT_LIFTED = "record.effect_lifted", "对信息作出的终止共享公开、标注或者屏蔽已撤销。"
    RECORD_MARKED = "record.marked", "信息已加标注。"
    RECORD_UNMARKED = "record.unmarked", "信息的标注已去除。"
    RECALL_OWED = "recall.owed", "应当通知持有方撤回或者更新的信息已列出。"
    PROPOSAL_MADE = "proposal.made", "经办人提出一项更正、遮去、撤回或者销毁。"
    PROPOSAL_REFUSED = "proposal.refused", "审核人未同意一项更正、遮去、撤回或者销毁。"

    WAITING_SETTLED = "waiting.settled", "一批待裁定的行已按裁定办结。"
    RULING_PROPOSED = "ruling.proposed", "提出一项裁定，待另一人批准。"
    RULING_APPROVED = "ruling.approved", "一项裁定经两人办理后生效。"
    RULING_REFUSED = "ruling.refused", "一项裁定未获批准。"
    RULING_REVOKED = "ruling.revoked", "一项裁定已撤销。"

    WINDOW_PROPOSED = "window.proposed", "提出公布一个不可抗力窗口，待另一人批准。"
    WINDOW_DECLARED = "window.declared", "一个不可抗力窗口经两人办理后公布，触及的事项列为待复核。"
    WINDOW_REFUSED = "window.refused", "一个不可抗力窗口未获批准。"
    WINDOW_END_PROPOSED = "window.end_proposed", "提出结束或者撤销一个不可抗力窗口，待另一人批准。"
    WINDOW_ENDED = "window.ended", "一个不可抗力窗口经两人办理后结束或者撤销。"
    WINDOW_END_REFUSED = "window.end_refused", "结束或者撤销一个不可抗力窗口未获批准。"
    TOUCHED_REVIEWED = "touched.reviewed", "一件不可抗力窗口触及的事项已由工作人员复核并写明理由。"

    BUNDLE_PROPOSED = "bundle.proposed", "提出更换法规与目录数据，待另一人批准。"
    BUNDLE_REFUSED = "bundle.refused", "更换法规与目录数据的提议未获批准。"
    LAWBOOK_CHANGED = "lawbook.changed", "法规与目录数据经两人办理后更换。"
    WIDENING_DECIDED = "widening.decided", "对新规定是否扩大或延长原有公示作出决定。"
    PUBLICATION_CHANGED = "publication.changed", "公示内容随一项办理有了变动。"
    LISTING_PUBLICATION_CHANGED = "publication.listing_changed", "名单信息的公示随一项办理有了变动。"
    PUBLICATION_REBUILT = "publication.rebuilt", "公示内容按现行规定重新生成。"

    REPORT_ISSUED = "report.issued", "出具一份信用报告。"
    REPORT_LIST_RECEIVED = "report.list_received", "收到一份批量出具信用报告的名单。"
    PAPER_ISSUED = "paper.issued", "出具一份办案文书。"
    SEALED_COPY_ATTACHED = "paper.sealed", "一份文书的签章件已上传并与正文核对一致。"

    SUBJECT_ADDED = "subject.added", "登记一个信用主体。"
    SUBJECT_RENAMED = "subject.renamed", "一个信用主体另有名称被记下，曾用名留存。"

    CASE_OPEN = "case.open", "一件名单案卷经办人立案并草拟。"
    CASE_REDRAFT = "case.redraft", "一件名单案卷的草稿已修改，须重新告知。"
    CASE_NOTIFY = "case.notify", "一份事先告知书已制作。"
    CASE_SERVE_NOTICE = "case.serve_notice", "一份事先告知书的送达回证已登记。"
    CASE_RECEIVE = "case.receive", "收到当事人的陈述、申辩、异议或者听证申请。"
    CASE_HOLD_HEARING = "case.hold_hearing", "一件名单案卷已举行听证。"
    CASE_REPLY = "case.reply", "一项异议已核实并书面反馈。"
    CASE_PROPOSE = "case.propose", "一件名单案卷已拟定列入决定，待审核。"
    CASE_CHECK = "case.check", "一件名单案卷已由另一人审核，待签发。"
    CASE_RETURN = "case.return", "一件名单案卷已退回经办人。"
    CASE_DECIDE = "case.decide", "一份列入决定书经三人办理后签发，待送达。"
    CASE_LIST = "case.list", "一份列入决定书送达后，当事人列入名单。"
    CASE_DECIDE_NOT = "case.decide_not", "一件名单案卷决定不予列入。"
    CASE_WITHDRAW = "case.withdraw", "一件名单案卷撤销立案。"
    CASE_HIDE = "case.hide", "一条名单信息因依据有变先行隐去。"
    CASE_RESTORE = "case.restore", "一条名单信息复核后继续列入。"
    CASE_END = "case.end", "一条名单信息期满移出。"
    CASE_EXIT = "case.exit", "一条名单信息准予提前移出。"
    CASE_REVOKE = "case.revoke", "一条名单信息因依据全部失去而撤销。"
    CASE_CORRECT = "case.correct", "一条名单信息因列入有误而撤销。"
    CASE_LEAVE_WITH_UNIT = "case.leave_with_unit", "一名关联人员的名单信息随单位一并移出。"
    CASE_ASKED = "case.asked", "经办人为一条名单信息提出移出，待签发人决定。"
    CASE_ASK_GRANTED = "case.ask_granted", "签发人同意一项移出的提议。"
    CASE_NOT_GRANTED = "case.not_granted", "签发人未同意一项移出的提议，理由已写明。"
    CASE_GROUND_CHANGED = "case.ground_changed", "一件名单案卷所依据的文书效力有变。"
    CASE_LENIENCY = "case.leniency", "一件名单案卷的宽容审慎处理意见已写明。"
    CASE_NOTED = "case.noted", "一件名单案卷添了一条备注。"
    CASE_HANDED_OVER = "case.handed_over", "一件名单案卷移交给另一名经办人。"

    DEADLINE_MOVED = "deadline.moved", "工作日日历更换后，一批期限的末日重新计算，并告知经办人和审核人。"
    DEADLINE_REMINDED = "deadline.reminded", "一批期限将到、到期或者超期，已提醒或者升级，每一级只一次。"
    REMINDER_SEEN = "reminder.seen", "一名工作人员已阅提醒。"

    REVOCATION_OPEN = "revocation.open", "一份文书的效力或者内容有变，已依职权登记。"
    REVOCATION_CHANGED = "revocation.changed", "一份已登记变化的文书，效力又有变化。"
    REVOCATION_CONTESTED = "revocation.contested", "一份文书进入或者结束复议、诉讼，已登记。"
    REVOCATION_FALL = "revocation.fall", "唯一依据失去，相关信息一并撤下，理由公开。"
    REVOCATION_SUSPEND = "revocation.suspend", "文书停止执行，相关信息中止公开、共享和使用。"
    REVOCATION_HIDE = "revocation.hide", "另有依据的信息先行隐去，交工作人员复核。"
    REVOCATION_VARY = "revocation.vary", "相关信息经两人办理，按变更后的文书更新。"
    REVOCATION_LET_FALL = "revocation.let_fall", "余下的依据不足，相关信息一并撤下。"
    REVOCATION_REVIEW = "revocation.review", "余下的依据是否足够，已由另一人复核。"
    REVOCATION_KEEP = "revocation.keep", "余下的依据足够，相关信息经三人办理继续保留。"
    REVOCATION_RESUME = "revocation.resume", "停止执行结束，相关信息经三人办理恢复。"
    REVOCATION_COMPLETE = "revocation.complete", "一份文书的变化已在各渠道落实，办结。"

    CORRECTION_LODGE = "correction.lodge", "收到一件对信息的异议，各处即时标注。"
    CORRECTION_FREEZE = "correction.freeze", "当事人说信息不是自己的，即时停止公示。"
    CORRECTION_ASK_SOURCE = "correction.ask_source", "一件异议已请认定单位核查。"
    CORRECTION_ANSWER = "correction.answer", "认定单位核对原始文书后，答复了一件异议。"
    CORRECTION_SIBLING = "correction.sibling", "一条可能同样认错人的信息已查看。"
    CORRECTION_PROPOSE = "correction.propose", "一件异议已逐栏拟定处理，待另一人签发。"
    CORRECTION_RETURN = "correction.return", "一件异议的处理意见已退回，理由已写明。"
    CORRECTION_DECIDE = "correction.decide", "一件异议经两人办理作出处理，并书面答复。"
    CORRECTION_UNFREEZE = "correction.unfreeze", "查明信息确属当事人，恢复公示。"
    CORRECTION_COMPLETE = "correction.complete", "一件异议的处理已送达并在各渠道落实。"
    CORRECTION_WITHDRAW = "correction.withdraw", "当事人撤回了一件异议，可以再次提出。"

    MEASURE_PROPOSED = "measure.proposed", "经办人提出一项惩戒措施，待另一人审核。"
    MEASURE_REVIEWED = "measure.reviewed", "另一人对一项惩戒措施是否必要作了复核。"
    MEASURE_TAKEN = "measure.taken", "一项惩戒措施经两人办理后采取。"
    MEASURE_REFUSED = "measure.refused", "审核人未同意一项惩戒措施，理由已写明。"
    MEASURE_NOT_TAKEN = "measure.not_taken", "一项可以考虑的惩戒措施没有采取，理由已写明。"
    MEASURE_ENDED = "measure.ended", "惩戒措施已终止。"
    MEASURE_NOTICE_SENT = "measure.notice_sent", "惩戒措施所依据的名单信息有变，已告知实施单位。"
    MEASURE_NOTICE_ANSWERED = "measure.notice_answered", "实施单位已登记对名单信息变动的处理。"

    LOOK_GRANTED = "look.granted", "一次对非公开信息的查询已登记并准许。"
    LOOK_REFUSED = "look.refused", "一次对非公开信息的查询已登记，未予准许。"
    KEYS_ROTATED = "keys.rotated", "主密钥已更换，原有内容仍可读取。"
    SHREDDED = "shred.done", "一项信息经两人办理后依法销毁，存证留存。"

    AGENCY_CREATED = "agency.created", "新增一个单位。"
    AGENCY_CHANGED = "agency.changed", "一个单位的资料已变更。"
    USER_CREATED = "user.created", "新增一名工作人员账号。"
    USER_ROLES_CHANGED = "user.roles_changed", "一名工作人员的角色已变更。"
    USER_DISABLED = "user.disabled", "一名工作人员的账号已停用。"
    USER_PASSWORD_SET = "user.password_set", "一名工作人员的登录口令已重设。"
    USER_SECOND_FACTOR_SET = "user.second_factor_set", "一名工作人员的动态口令已重新绑定。"
    USER_SIGNED_IN = "user.signed_in", "一名工作人员登录。"
    USER_SIGNED_OUT = "user.signed_out", "一名工作人员退出登录。"

    ACCOUNT_BOUND = "account.bound", "一个办事账号与一个信用主体绑定。"
    BINDING_ENDED = "binding.ended", "一个办事账号与一个信用主体的绑定已解除。"
    PERSON_PRESENT = "person.present", "窗口人员核验到场人的身份，由其本人在场办理。"
    COUNTER_SIGNED_IN = "counter.signed_in", "一个办事账号登录。"
    COUNTER_SIGNED_OUT = "counter.signed_out", "一个办事账号退出登录。"
