"""Reading environment variables strictly: a value that is not documented is an error (环境变量)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


class EnvironmentFault(ValueError):
    """A variable has a value we do not know; the text is Chinese."""


def flag(name: str, *, default: bool) -> bool:
    """`1` or `0`; anything else is an error rather than a guess."""
    text = os.environ.get(name, "1" if default else "0")
    if text not in ("0", "1"):
        raise EnvironmentFault(f"环境变量 {name} 只能是 0 或 1，现在是“{text}”。")
    return text == "1"


def text(name: str, *, default: str) -> str:
    """A word without blanks."""
    found = os.environ.get(name, "") or default
    if found != found.strip() or " " in found:
        raise EnvironmentFault(f"环境变量 {name} 中不能有空格。")
    return found


def words(name: str, *, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def directory(name: str, *, default: Path) -> Path:
    """An absolute path; a relative one would mean another place in every working directory."""
    text = os.environ.get(name, "")
    if text and not Path(text).is_absolute():
        raise EnvironmentFault(f"环境变量 {name} 应是绝对路径，现在是“{text}”。")
    return Path(text) if text else default


def directories(name: str) -> list[Path]:
    """Absolute paths separated by colons."""
    found = [Path(text) for text in os.environ.get(name, "").split(os.pathsep) if text]
    if not all(each.is_absolute() for each in found):
        raise EnvironmentFault(f"环境变量 {name} 应是绝对路径，多个之间用“{os.pathsep}”分开。")
    return found


def address(name: str, *, default: str) -> str:
    """The beginning of a web address, without a slash at its end."""
    text = os.environ.get(name, default).rstrip("/")
    if not text.startswith(("https://", "http://")) or not text.isascii() or not text.isprintable():
        raise EnvironmentFault(f"环境变量 {name} 应写成 https://域名，现在是“{text}”。")
    return text


def beginning(prefix: str) -> dict[str, str]:
    """All variables with this beginning, by the rest of their name in lower case."""
    found = os.environ.items()
    return {name.removeprefix(prefix).lower(): text for name, text in found if name.startswith(prefix)}


def provider(prefix: str) -> dict[str, str]:
    """`<prefix>ISSUER`, `CLIENT_ID` and `SECRET_FILE` (an absolute path), all three or none."""
    names = ("issuer", "client_id", "secret_file")
    found = {name: os.environ.get(f"{prefix}{name.upper()}", "") for name in names}
    if not any(found.values()):
        return {}
    missing = [f"{prefix}{name.upper()}" for name, text in found.items() if not text]
    if missing:
        raise EnvironmentFault(f"还要设置环境变量 {'、'.join(missing)}。")
    if not Path(found["secret_file"]).is_absolute():
        raise EnvironmentFault(f"环境变量 {prefix}SECRET_FILE 应是绝对路径。")
    address(f"{prefix}ISSUER", default="")  # kept as it is: the provider says it to the letter
    return found


def secret_key(keys: Path) -> str:
    """Django's key from the key directory; before `xinheng init` a key that lives for this process."""
    try:
        return (keys / "django").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(64)
