"""Made-up content for /styleguide/ (样例): one of everything, each visibly 示例."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace as Example

from django import forms

from xinheng.web.ui.paging import Pager
from xinheng.web.ui.term_bar import term_bar

CODE = "91329999MA0000000X"  # shape only: an area that does not exist


class ExampleForm(forms.Form):
    """One field of each sort."""

    item = forms.ChoiceField(label="目录条目", choices=[("penalty", "行政处罚"), ("license", "行政许可")])
    file = forms.FileField(label="报送文件", help_text="xlsx 或 csv，列名按双公示模板。")
    number = forms.CharField(label="行政处罚决定书文号", help_text="例如：示例罚〔2024〕1号。")
    ground = forms.ChoiceField(
        label="变更理由",
        widget=forms.RadioSelect,
        choices=[("change", "决定被变更"), ("correct", "信息有误，更正")],
    )
    remark = forms.CharField(label="备注", required=False, widget=forms.Textarea(attrs={"rows": 3}))


def _clauses() -> list[Example]:
    return [
        Example(
            id="huaian-2021-13#3.1",
            label="《实施方案》三（一）",
            text="示例：进入目录才能纳入公共信用信息。",
        ),
        Example(
            id="huaian-2021-13#3.2c",
            label="《实施方案》三（二）",
            text="示例：个人信息凭明确依据或者同意才能公开。",
        ),
        Example(
            id="huaian-2021-13#3.2b",
            label="《实施方案》三（二）",
            text="示例：同一处的条文并在一起。",
        ),
    ]


def _told(conclusion: str, why: str, next_step: str) -> Example:
    return Example(
        conclusion=conclusion,
        why=why,
        next_step=next_step,
        whom="示例市信用办",
        clauses=_clauses(),
    )


def _rows() -> list[dict[str, object]]:
    return [
        {"label": "行政相对人名称", "value": "示例市晨光食品有限公司（示例）"},
        {"label": "统一社会信用代码", "value": CODE, "code": True},
        {"label": "法定代表人", "value": "张*", "masked": True},
        {"label": "违法事实", "value": "内容含个人信息，未公开", "withheld": True},
        {"label": "备注", "value": ""},
    ]


def _bars(today: date) -> list[tuple[str, object]]:
    year = timedelta(days=365)
    spans = [
        ("期间中", today - year, today + year, today - timedelta(days=180), ""),
        ("今天是第一天", today, today + 3 * year, today + year, ""),
        ("最后一天", today - year, today + timedelta(days=1), None, ""),
        ("长期", today - year, None, None, ""),
        (
            "期限有疑",
            today - year,
            today + year,
            None,
            "较短的一个期限先行，等候裁定（示例）",
        ),
    ]
    return [
        (name, term_bar(start, until, repair, today, "公示分类：一般（示例）", doubt))
        for name, start, until, repair, doubt in spans
    ]


TAGS = [
    ("公示中", "blue"),
    ("异议标注", "amber"),
    ("待补正", "amber"),
    ("准予修复", "green"),
    ("已退回", "red"),
    ("未公开", ""),
    ("已提交", "plain"),
    ("暂不能开始", "dim"),
]


TABS: list[dict[str, object]] = [
    {"code": "license", "label": "行政许可", "count": 12},
    {"code": "penalty", "label": "行政处罚", "count": 1},
    {"code": "serious", "label": "严重失信主体名单", "count": 0},
]


PAGERS = [Pager(1, 0, 20), Pager(1, 7, 20), Pager(5, 200, 20), Pager(50, 1000, 20, capped=True)]


def _own() -> Example:
    told = [_told("不能公开或者提供", "示例：目录规定该类信息不公开。", "")]
    record = Example(
        body_name="示例市市场监督管理局",
        decided_on=date(2026, 5, 20),
        item_name="行政处罚",
    )
    return Example(record=record, why_title="为什么不公开", why=told, basis=_clauses())


def everything(today: date) -> dict[str, object]:
    """The context of the style guide."""
    bars = _bars(today)
    return {
        "tags": TAGS,
        "bars": bars,
        "rows": _rows(),
        "change_rows": [row | {"change": "#facts"} for row in _rows()[:2]],
        "clauses": _clauses(),
        **_refusals(),
        "empty_form": ExampleForm(),
        "bad_form": ExampleForm({"item": "none", "remark": "示例备注"}, prefix="bad"),
        "tabs": TABS,
        "pagers": PAGERS,
        "entry": Example(
            title="示例罚〔2024〕1号",
            address="#card",
            tags=[("公示中", "blue"), ("公示分类：一般", "")],
            rows=_rows()[:3],
            bar=bars[0][1],
        ),
        "own": _own(),
        "trail": [("首页", "/"), ("示例栏目", "/styleguide/"), ("样式指南", "")],
    }


def _refusals() -> dict[str, object]:
    return {
        "waits": _told(
            "暂不能公示：还没有裁定。",
            "该信息在两个目录版本之间作出。",
            "两名人员作出裁定后自动适用于相同情形。",
        ),
        "never": _told(
            "不能公开：目录规定该类信息不予公开。",
            "第 3 行的条目不在可公开范围。",
            "仍可按共享范围提供给有关部门。",
        ),
    }
