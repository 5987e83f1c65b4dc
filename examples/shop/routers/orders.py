"""Orders."""

import asyncio

import aiofiles
from fastapi import APIRouter, BackgroundTasks, HTTPException
from sqlalchemy import select

from shop.database import Order, SessionDep
from shop.dependencies import CustomerDep
from shop.schemas import NewOrder, OrderOut
from shop.services.invoices import invoice_path, print_invoice, write_invoice
from shop.services.warehouse import reserve, reserve_patiently

router = APIRouter(prefix="/orders")


@router.post("", status_code=201, response_model=OrderOut)
async def create_order(new: NewOrder, customer: CustomerDep, session: SessionDep, background: BackgroundTasks) -> Order:
    reservation = reserve(new.product_id, new.quantity)
    order = Order(customer_id=customer.id, product_id=new.product_id, quantity=new.quantity)
    session.add(order)
    session.commit()
    write_invoice(order.id, f"reserved {reservation} for {customer.email}\n")
    background.add_task(print_invoice, order.id)
    return order


@router.get("", response_model=list[OrderOut])
def list_orders(customer: CustomerDep, session: SessionDep) -> list[Order]:
    """FastAPI runs a `def` route in a worker thread, so that the session may block."""
    return list(session.scalars(select(Order).where(Order.customer_id == customer.id)))


@router.get("/{order_id}/invoice")
async def read_invoice(order_id: int) -> str:
    try:
        async with aiofiles.open(invoice_path(order_id), encoding="utf-8") as file:
            return await file.read()
    except FileNotFoundError:
        raise HTTPException(404, "no invoice") from None


@router.post("/{order_id}/print")
async def print_again(order_id: int, *, wait: bool = True) -> int:
    if wait:
        return await asyncio.to_thread(print_invoice, order_id)
    return print_invoice(order_id)


@router.post("/{order_id}/reserve")
async def reserve_again(order_id: int) -> str:
    return await reserve_patiently(order_id, 1)
