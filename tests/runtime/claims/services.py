"""Clients of services, and of language models, against a slow server that knows nothing."""

from typing import Any

from tests.runtime.claims.claim import Call, Claim, args, on
from tests.runtime.claims.world import World
from tests.runtime.fixtures import DELAY
from tools.installed import module

# ------------------------------------------------------------------------------------------------------------ services


def _aws(w: World, service: str) -> Any:
    """A client of one service; its endpoint answers after a while."""
    secrets = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "eu-west-1"}
    config = module("botocore.config").Config(retries={"max_attempts": 0})
    return w.keep(module("boto3").client(service, endpoint_url=w.late.base, config=config, **secrets))


def _celery(w: World) -> Any:
    app = module("celery").Celery("claims", broker=w.redis.url, backend=w.redis.url, set_as_current=False)
    app.conf.broker_connection_retry_on_startup = False
    w.later(app.close)
    return app


def _task(w: World) -> Any:
    """A task whose broker pauses."""
    task = _celery(w).task(_work, name="work", shared=False)
    task.delay(1)
    w.redis.pause(2 * DELAY)
    return task


def _work(number: int) -> int:
    return number


def _broker(w: World) -> Any:
    return w.keep(module("kombu").Connection(w.redis.url))


def _paused_broker(w: World) -> Any:
    broker = _broker(w)
    w.redis.pause(2 * DELAY)
    return broker


def _rabbit(w: World) -> Call:
    pika = module("pika")
    return args(pika.ConnectionParameters(w.silent.host, w.silent.port, socket_timeout=5, connection_attempts=1))


def _slack(w: World) -> Any:
    return module("slack_sdk").WebClient("token", base_url=w.late.base, retry_handlers=[])


def _slack_failure() -> Any:
    return module("slack_sdk.errors").SlackApiError


def _minio(w: World) -> Any:
    pool = w.keep(module("urllib3").PoolManager(retries=False), "clear")
    keys = {"access_key": "x", "secret_key": "x", "region": "x"}
    return module("minio").Minio(endpoint=f"{w.silent.host}:{w.silent.port}", secure=False, http_client=pool, **keys)


SERVICE = [
    Claim("botocore.client.BaseClient.list_queues", lambda w: on(_aws(w, "sqs"))),
    Claim("botocore.client.BaseClient.get_object", lambda w: on(_aws(w, "s3"), Bucket="b", Key="k")),
    Claim("celery.Task.delay", lambda w: on(_task(w), 1)),
    Claim("celery.Task.apply_async", lambda w: on(_task(w), [1])),
    Claim(
        "celery.result.AsyncResult.get",
        lambda w: on(_celery(w).AsyncResult("nothing"), timeout=DELAY),
        fails=lambda: module("celery.exceptions").TimeoutError,
    ),
    Claim("kombu.Connection.connect", lambda w: on(_paused_broker(w))),
    Claim(
        "pika.adapters.blocking_connection.BlockingConnection",
        _rabbit,
        how="construct",
        fails=lambda: module("pika.exceptions").AMQPConnectionError,
    ),
    Claim("slack_sdk.WebClient.chat_postMessage", lambda w: on(_slack(w), channel="c", text="t"), fails=_slack_failure),
    Claim("slack_sdk.WebhookClient.send", lambda w: on(module("slack_sdk").WebhookClient(w.slow), text="t")),
    Claim("minio.Minio.list_buckets", lambda w: on(_minio(w)), fails=lambda: module("urllib3.exceptions").HTTPError),
]

# -------------------------------------------------------------------------------------------------------------- models


def _openai(w: World, name: str = "OpenAI") -> Any:
    return w.keep(getattr(module("openai"), name)(api_key="x", base_url=w.late.base, max_retries=0))


def _anthropic(w: World, name: str = "Anthropic") -> Any:
    return w.keep(getattr(module("anthropic"), name)(api_key="x", base_url=w.late.base, max_retries=0))


def _messages(client: Any, **keywords: Any) -> Call:
    return on(client.messages, model="m", max_tokens=1, messages=[{"role": "user", "content": "x"}], **keywords)


def _completion(client: Any) -> Call:
    return on(client.chat.completions, model="m", messages=[{"role": "user", "content": "x"}])


MODEL = [
    Claim("openai.resources.chat.Completions.create", lambda w: _completion(_openai(w))),
    Claim("openai.resources.Embeddings.create", lambda w: on(_openai(w).embeddings, model="m", input="x", encoding_format="float")),
    Claim("openai.resources.Models.retrieve", lambda w: on(_openai(w).models, "m")),
    Claim("openai.resources.responses.Responses.create", lambda w: on(_openai(w).responses, model="m", input="x")),
    Claim("anthropic.resources.Messages.create", lambda w: _messages(_anthropic(w))),
    Claim("anthropic.resources.Messages.count_tokens", lambda w: on(_anthropic(w).messages, model="m", messages=[])),
    Claim("anthropic.resources.Models.retrieve", lambda w: on(_anthropic(w).models, "m")),
]


def _signature(w: World) -> Call:
    return on(_celery(w).task(_work, name="work", shared=False), 1)


def _result(w: World) -> Call:
    app = _celery(w)
    app.AsyncResult("id")  # the first one makes the backend's client
    return on(app, "id")


async def _async_slack(w: World) -> Call:
    client = module("slack_sdk.web.async_client").AsyncWebClient("token", base_url=w.late.base)
    return on(client, channel="c", text="t")


FREE = [
    Claim("celery.Celery", how="construct"),
    Claim("celery.Task.s", _signature),
    Claim("celery.Celery.AsyncResult", _result),
    Claim("kombu.Connection", lambda w: args(w.redis.url), how="construct"),
    Claim("pika.ConnectionParameters", lambda _: args("127.0.0.1"), how="construct"),
    Claim("slack_sdk.web.async_client.AsyncWebClient.chat_postMessage", _async_slack, fails=_slack_failure),
    Claim("openai.resources.chat.AsyncCompletions.create", lambda w: _completion(_openai(w, "AsyncOpenAI"))),
    Claim("anthropic.resources.AsyncMessages.create", lambda w: _messages(_anthropic(w, "AsyncAnthropic"))),
]
