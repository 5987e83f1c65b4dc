"""The warehouse answers a reservation only when asked twice, slowly."""

import asyncio
import time


def reserve(product_id: int, quantity: int) -> str:
    _settle()
    reservation = f"{product_id}x{quantity}"
    _settle()
    return reservation


def _settle() -> None:
    time.sleep(0.2)


async def reserve_patiently(product_id: int, quantity: int) -> str:
    await asyncio.sleep(0.2)
    return f"{product_id}x{quantity}"
