"""What is written here (写服务): the directory of repair, complaints."""

from xinheng.oversight.complaints import answer, lodge, refer, take
from xinheng.oversight.directory import end_contact, end_procedure, publish_contact, publish_procedure

__all__ = [
    "answer", "end_contact", "end_procedure", "lodge", "publish_contact", "publish_procedure", "refer", "take",
]  # fmt: skip
