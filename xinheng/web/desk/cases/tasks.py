"""A case as a task list (任务清单): what is done, what can be done and by whom, what cannot yet and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from xinheng.casework.prospect import Outlook
from xinheng.casework.views import CaseView, PaperView, StepView
from xinheng.law.lawbook import Law
from xinheng.law.refusals import tell
from xinheng.runtime.clock import day_of
from xinheng.web.desk.cases.words import roles_told

SEAL = "seal"
# stage: the steps in the order in which they come; `seal` is no step of the procedure, but nothing goes on without it
STAGES: Mapping[str, tuple[str, ...]] = {
    "立案": ("open",),
    "告知": ("notify", "serve_notice"),
    "听取意见": ("receive", "hold_hearing", "reply"),
    "决定": ("propose", "check", "decide"),
    "列入": (SEAL, "list"),
}
# Done when somebody asks for it, and no step that everybody waits for.
ON_OCCASION = frozenset({"receive", "hold_hearing", "reply"})
OTHERWISE = (
    "redraft",
    "return",
    "decide_not",
    "withdraw",
    "hide",
    "restore",
    "end",
    "revoke",
    "leave_with_unit",
)
MIXED, PLAN = ("NOT_READY",), "huaian-2021-13"


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list. `tone` is that of its tag; `address` leads to the form when it is this officer's."""

    label: str
    state: str
    tone: str
    by: str = ""
    address: str = ""
    verb: str = ""
    why: str = ""


def stages(view: CaseView, names: Mapping[UUID, str], law: Law) -> list[tuple[str, list[Task]]]:
    """The whole way onto the list, stage by stage; nothing for a case that is over before it."""
    ahead = {each.step.name: each for each in view.outlook}
    done = {each.step: each for each in view.steps if each.version == view.version}
    return [
        (stage, [_task(name, view, ahead, done, names, law) for name in steps])
        for stage, steps in STAGES.items()
    ]


def _task(
    name: str,
    view: CaseView,
    ahead: Mapping[str, Outlook],
    done: Mapping[str, StepView],
    names: Mapping[UUID, str],
    law: Law,
) -> Task:
    if name == SEAL:
        return _seal(view)
    look = ahead[name]
    label, taken = look.step.label, done.get(name)
    if taken and not (name in ON_OCCASION and look.ready):
        return Task(label, "已完成", "plain", f"{names.get(taken.actor, '系统')}，{day_of(taken.at)}")
    if look.ready:
        return _ready(look, view, label)
    if view.row.state in _OVER:
        return Task(label, "不再办理", "dim")
    return Task(label, "暂不能开始", "dim", why=_why(look, law))


_OVER = ("removed", "not_listed", "withdrawn")


def _ready(look: Outlook, view: CaseView, label: str) -> Task:
    if not look.mine:
        return Task(label, f"待{roles_told(look.step.roles)}办理", "blue")
    address = reverse("desk:case-step", args=[view.row.id, look.step.name])
    state = "可以办理" if look.step.name in ON_OCCASION else "未开始"
    return Task(label, state, "blue", address=address, verb="办理")


def _why(look: Outlook, law: Law) -> str:
    """What is missing, rather than that the state is not there yet, and the provisions."""
    named = [each for each in look.against if each.code not in MIXED] or list(look.against)
    told = tell(named[0], law)
    cited = "、".join(dict.fromkeys(each.cite for each in told.clauses if each.instrument == PLAN))
    return (told.why or told.conclusion).rstrip("。") + (f"（{cited}）" if cited else "")


def _seal(view: CaseView) -> Task:
    label, paper = "上传签字盖章的决定书并核对", decision_of(view)
    if paper is None:
        return Task(label, "暂不能开始", "dim")
    if paper.sealed:
        return Task(label, "已完成", "plain", str(day_of(paper.sealed.uploaded_at)))
    address = reverse("desk:case-seal", args=[view.row.id, paper.id])
    return Task(label, "未开始", "blue", address=address, verb="办理")


def decision_of(view: CaseView) -> PaperView | None:
    """The decision of the present draft."""
    found = [e for e in view.papers if e.kind == "listing_decision" and e.version == view.version]
    return found[-1] if found else None


def otherwise(view: CaseView) -> Iterator[tuple[str, str]]:
    """(label, address) of what this officer may do beside the way onto the list."""
    for look in view.outlook:
        if look.step.name in OTHERWISE and look.ready and look.mine:
            yield look.step.label, reverse("desk:case-step", args=[view.row.id, look.step.name])
