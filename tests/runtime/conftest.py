"""Every test of this folder may ask for a peer."""

from tests.runtime.fixtures import echo_peer, http_peer, late_http_peer, postgres_peer, redis_peer, silent_peer, smtp_peer

__all__ = ["echo_peer", "http_peer", "late_http_peer", "postgres_peer", "redis_peer", "silent_peer", "smtp_peer"]
