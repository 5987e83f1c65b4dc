"""What comes in and goes out."""

import socket

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Registration(BaseModel):
    email: str
    password: str = Field(min_length=8)

    @field_validator("email")
    @classmethod
    def domain_exists(cls, email: str) -> str:
        """Validators of a request body run on the event loop, also for a `def` route."""
        domain = email.rpartition("@")[2]
        try:
            socket.getaddrinfo(domain, 25)
        except OSError:
            raise ValueError(f"no such domain: {domain}") from None
        return email


class NewOrder(BaseModel):
    product_id: int
    quantity: int = Field(default=1, ge=1)


class OrderOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    product_id: int
    quantity: int


class ProductOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    cents: int
