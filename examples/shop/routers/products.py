"""Products."""

import httpx2
from fastapi import APIRouter, HTTPException

from shop.database import Product, SessionDep
from shop.schemas import ProductOut
from shop.services.rates import price_in
from shop.settings import RATES_URL

router = APIRouter(prefix="/products")


@router.get("/{product_id}", response_model=ProductOut)
async def read_product(product_id: int, session: SessionDep) -> Product:
    product = session.get(Product, product_id)
    if product is None:
        raise HTTPException(404, "no such product")
    return product


@router.get("/{product_id}/price")
async def read_price(product_id: int, currency: str, session: SessionDep) -> float:
    product = await read_product(product_id, session)
    return price_in(currency, product.cents)


@router.get("/rates/{currency}")
async def read_rate(currency: str) -> float:
    """An asynchronous client waits without holding up anybody else."""
    async with httpx2.AsyncClient(timeout=5) as client:
        response = await client.get(RATES_URL, params={"to": currency})
    return float(response.raise_for_status().json()["rate"])
