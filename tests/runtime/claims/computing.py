"""What keeps the processor busy: no call into the kernel, so that the ticker alone hears it."""

import io
import os
from typing import Any

from tests.runtime.claims.claim import Call, Claim, args, on
from tools.installed import module

NOISE = os.urandom(1 << 20)


def _hash() -> Call:
    bcrypt = module("bcrypt")
    return args(b"secret", bcrypt.gensalt(12))


def _check() -> Call:
    return args(b"secret", b"$2b$12$" + b"." * 22 + b"." * 31)


def _argon2() -> Any:
    return module("argon2").PasswordHasher(time_cost=8)


def _passlib() -> Any:
    return module("passlib.context").CryptContext(["pbkdf2_sha256"], pbkdf2_sha256__rounds=500_000)


def _picture() -> Any:
    return module("PIL.Image").frombytes("RGB", (1024, 1024), NOISE * 3)


def _big_picture() -> Any:
    return _picture().resize((3000, 3000), 0)


def _frame(rows: int = 600_000) -> Any:
    numbers = module("numpy").frombuffer(NOISE * 8, dtype="uint64")[:rows]
    return module("pandas").DataFrame({"key": numbers, "value": numbers})


def _workbook() -> Any:
    book = module("openpyxl").Workbook()
    for number in range(2000):
        book.active.append([number] * 10)
    return book


def _stored_workbook() -> io.BytesIO:
    stored = io.BytesIO()
    _workbook().save(stored)
    return stored


def _scrypt() -> Call:
    return args(b"secret", salt=b"salt", n=1 << 16, r=8, p=1, maxmem=1 << 27)


CPU = [
    Claim("bcrypt.hashpw", lambda _: _hash()),
    Claim("bcrypt.checkpw", lambda _: _check()),
    Claim("argon2.PasswordHasher.hash", lambda _: on(_argon2(), "secret")),
    Claim("hashlib.pbkdf2_hmac", lambda _: args("sha256", b"secret", b"salt", 500_000)),
    Claim("hashlib.scrypt", lambda _: _scrypt()),
    Claim("passlib.context.CryptContext.hash", lambda _: on(_passlib(), "secret")),
    Claim("passlib.context.CryptContext.verify", lambda _: on((c := _passlib()), "secret", c.hash("secret"))),
    Claim("zlib.compress", lambda _: args(NOISE * 6)),
    Claim("gzip.compress", lambda _: args(NOISE * 6)),
    Claim("bz2.compress", lambda _: args(NOISE)),
    Claim("lzma.compress", lambda _: args(NOISE)),
    Claim("PIL.Image.Image.resize", lambda _: on(_big_picture(), (3500, 3500), 3)),
    Claim("PIL.Image.Image.rotate", lambda _: on(_big_picture(), 33, 3)),
    Claim("PIL.Image.Image.save", lambda _: on(_picture(), io.BytesIO(), "PNG")),
    Claim("pandas.core.generic.NDFrame.sort_values", lambda _: on(_frame(), "key")),
    Claim("pandas.DataFrame.merge", lambda _: on(_frame(), _frame(), on="key")),
    Claim("openpyxl.Workbook.save", lambda _: on(_workbook(), io.BytesIO())),
    Claim("openpyxl.load_workbook", lambda _: args(_stored_workbook())),
    Claim("qrcode.make", lambda _: args("text" * 300)),
]


FREE = [
    Claim("hashlib.sha256", lambda _: args(b"x")),
    Claim("hmac.compare_digest", lambda _: args("a", "a")),
    Claim("secrets.token_hex"),
    Claim("bcrypt.gensalt", lambda _: args(12)),
    Claim("argon2.PasswordHasher", how="construct"),
    Claim("copy.deepcopy", lambda _: args({"a": [1]})),
    Claim("re.compile", lambda _: args("a+")),
    Claim("pandas.DataFrame", lambda _: args({"a": [1]}), how="construct"),
    Claim("PIL.Image.Image.getpixel", lambda _: on(_picture(), (0, 0))),
    Claim("openpyxl.Workbook", how="construct"),
]
