"""Customers."""

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from shop.database import Customer, SessionDep
from shop.schemas import Registration
from shop.services.passwords import hash_password

router = APIRouter(prefix="/customers")


@router.post("", status_code=201)
async def register(registration: Registration, session: SessionDep) -> int:
    customer = Customer(email=registration.email, password=hash_password(registration.password))
    session.add(customer)
    session.commit()
    return customer.id


@router.post("/in-a-thread", status_code=201)
def register_in_a_thread(registration: Registration, session: SessionDep) -> int:
    """FastAPI runs a `def` route in a worker thread: only the validator of its body is left on the loop."""
    customer = Customer(email=registration.email, password=hash_password(registration.password))
    session.add(customer)
    session.commit()
    return customer.id


@router.post("/strength")
async def strength(password: str) -> int:
    """The hash is computed in a worker thread; the loop is free meanwhile."""
    return len(await run_in_threadpool(hash_password, password))
