"""What routes ask for."""

from typing import Annotated

from fastapi import Depends, HTTPException
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from sqlalchemy import select

from shop.database import Customer, SessionDep
from shop.services.passwords import matches

basic = HTTPBasic()


async def current_customer(session: SessionDep, credentials: Annotated[HTTPBasicCredentials, Depends(basic)]) -> Customer:
    customer = session.scalars(select(Customer).where(Customer.email == credentials.username)).first()
    if customer is None or not matches(credentials.password, customer.password):
        raise HTTPException(401, "unknown customer or wrong password")
    return customer


CustomerDep = Annotated[Customer, Depends(current_customer)]
