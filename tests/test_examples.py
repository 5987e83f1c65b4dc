"""The example is an application that works, so that what the linter says about it concerns real code."""

import importlib
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

EXAMPLES = Path(__file__).parent.parent / "examples"
ADA = ("ada@localhost", "correct horse")


class Rates(BaseHTTPRequestHandler):
    """Every rate is 2."""

    def do_GET(self) -> None:
        """Answer with the rate."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"rate": 2}')

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the base class's
        """Say nothing."""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The shop with one product and one customer, in an empty folder, beside a service that quotes rates."""
    server = HTTPServer(("127.0.0.1", 0), Rates)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.setenv("RATES_URL", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    try:
        database = importlib.import_module("shop.database")
        with TestClient(importlib.import_module("shop.main").app) as client:
            with database.make_session() as session:
                session.add(database.Product(id=1, name="tea", cents=500))
                session.commit()
            assert client.post("/customers", json={"email": ADA[0], "password": ADA[1]}).status_code == 201
            yield client
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
            del sys.modules[name]


def test_an_order_from_end_to_end(shop: TestClient) -> None:
    """Ordered, listed, invoiced, printed, written to the audit log."""
    order = {"id": 1, "product_id": 1, "quantity": 3}
    assert shop.post("/orders", json={"product_id": 1, "quantity": 3}, auth=ADA).json() == order
    assert shop.get("/orders", auth=ADA).json() == [order]
    assert shop.get("/orders/1/invoice").json() == "reserved 1x3 for ada@localhost\n"
    assert shop.get("/orders/2/invoice").status_code == 404
    assert shop.post("/orders/1/print").json() == 0
    assert shop.post("/orders/1/print?wait=false").json() == 0
    assert shop.post("/orders/1/reserve").json() == "1x1"
    assert "POST /orders 201\n" in Path("data/audit.log").read_text()


def test_products_and_their_prices(shop: TestClient) -> None:
    """By either client."""
    assert shop.get("/products/1").json() == {"id": 1, "name": "tea", "cents": 500}
    assert shop.get("/products/2").status_code == 404
    assert shop.get("/products/1/price?currency=EUR").json() == 10.0
    assert shop.get("/products/rates/EUR").json() == 2.0


def test_customers(shop: TestClient) -> None:
    """Registered either way, and known by their password only."""
    assert shop.post("/customers/in-a-thread", json={"email": "bob@localhost", "password": "long enough"}).json() == 2
    assert shop.post("/customers/strength?password=x").json() == 60
    assert shop.post("/customers", json={"email": "eve@nowhere.invalid", "password": "long enough"}).status_code == 422
    assert shop.get("/orders", auth=(ADA[0], "wrong")).status_code == 401
    assert shop.get("/health").json() == "ok"
