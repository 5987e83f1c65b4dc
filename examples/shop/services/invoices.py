"""Invoices are files, and the printer is a program."""

import subprocess
from pathlib import Path

from shop.settings import DATA


def invoice_path(order_id: int) -> Path:
    return DATA / f"invoice-{order_id}.txt"


def write_invoice(order_id: int, text: str) -> Path:
    path = invoice_path(order_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def print_invoice(order_id: int) -> int:
    return subprocess.run(["cat", str(invoice_path(order_id))], check=False, stdout=subprocess.DEVNULL).returncode
