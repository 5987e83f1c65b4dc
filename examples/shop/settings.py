"""Where things are; each can be set in the environment."""

import os
from pathlib import Path

DATABASE_URL = os.environ.get("DATABASE_URL", "sqlite:///shop.db")
RATES_URL = os.environ.get("RATES_URL", "https://rates.example/latest")
DATA = Path(os.environ.get("SHOP_DATA", "data"))
