"""Passwords are kept as bcrypt hashes."""

import bcrypt


def hash_password(password: str) -> bytes:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt())


def matches(password: str, stored: bytes) -> bool:
    return bcrypt.checkpw(password.encode(), stored)
