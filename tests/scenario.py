"""Runs a scenario, and a small app behind the gate for it to ask."""

import asyncio

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from serve.gate import Gate


def run(scenario):
    """What the coroutine function returns, within a minute."""
    return asyncio.run(asyncio.wait_for(scenario(), 60))


def client_of(*routes) -> httpx.AsyncClient:
    app = Starlette(
        routes=[Route(path, there, methods=["GET", "POST"]) for path, there in routes],
        middleware=[Middleware(Gate)],
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app")
