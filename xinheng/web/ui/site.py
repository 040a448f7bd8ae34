"""What every page knows of its site (站点信息): context processor `site`, filled from settings, never invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.http import HttpRequest

SIZE_COOKIE = "size"
LARGE = "xl"


@dataclass(frozen=True, slots=True)
class Site:
    """The footer's and header's facts; an empty one is not shown (国办发〔2017〕47号 asks for them)."""

    name: str = "信用淮安"
    subtitle: str = "公共信用信息公示"
    sponsor: str = ""  # 主办单位
    organiser: str = ""  # 承办单位
    site_code: str = ""  # 政府网站标识码
    icp: str = ""  # ICP 备案号
    police: str = ""  # 公安备案号
    find_faults: str = ""  # 政府网站找错 address
    phone: str = ""  # 窗口电话
    address: str = ""  # 线下窗口地址
    demo: bool = False


@cache
def the_site() -> Site:
    """The site of this installation: settings.XINHENG_SITE (a mapping) and settings.XINHENG_DEMO."""
    told: Mapping[str, str] = getattr(settings, "XINHENG_SITE", {})
    known = {key: value for key, value in told.items() if key in Site.__dataclass_fields__}
    return Site(**known | {"demo": bool(getattr(settings, "XINHENG_DEMO", False))})  # type: ignore[arg-type]


def site(request: HttpRequest) -> dict[str, object]:
    """Context processor: `site` and `size` ("xl" in 大字版). Reads no session and no user."""
    large = request.COOKIES.get(SIZE_COOKIE) == LARGE
    return {"site": the_site(), "size": LARGE if large else ""}
