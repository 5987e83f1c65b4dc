"""The catalogue files of HTTP clients, cloud and model SDKs, hashing, images, documents: true to the packages, and followed to the call."""

import importlib.util
import inspect
import warnings

import pytest

from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.load import libraries
from fastapi_async_lint.catalogue.schema import Behaviour, ClassEntry, Condition, FunctionEntry, Library
from tools.check_catalogue import Context, check, examine
from tools.installed import resolve

LIBRARIES = [
    "PIL",
    "aioboto3",
    "aiobotocore",
    "aiofiles",
    "aiohttp",
    "anthropic",
    "argon2",
    "bcrypt",
    "boto3",
    "botocore",
    "bs4",
    "celery",
    "cv2",
    "docker",
    "docx",
    "email_validator",
    "feedparser",
    "git",
    "google.genai",
    "google.oauth2",
    "httpx",
    "httpx2",
    "huggingface_hub",
    "jwt",
    "langchain_anthropic",
    "langchain_core",
    "langchain_openai",
    "minio",
    "numpy",
    "openai",
    "openpyxl",
    "pandas",
    "paramiko",
    "passlib",
    "playwright",
    "pptx",
    "psutil",
    "pwdlib",
    "pydub",
    "pypdf",
    "replicate",
    "requests",
    "resend",
    "sendgrid",
    "sentence_transformers",
    "speech_recognition",
    "stripe",
    "tiktoken",
    "torch",
    "transformers",
    "twilio",
    "urllib3",
    "websocket",
    "yaml",
]


def installed(name: str) -> bool:
    """The package is here, looked for without importing more than its parents."""
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def catalogue(*names: str) -> Catalogue:
    """What a project that imports these has loaded."""
    return merge(libraries(names).values())


@pytest.mark.parametrize("name", LIBRARIES)
def test_every_claim_holds_in_the_installed_package(name: str) -> None:
    """Names exist, and what is said to be a coroutine function is one, in the packages that this environment has."""
    known = libraries([name])
    assert name in known
    assert set(known[name].requires) <= set(known)
    if not installed(name):
        pytest.skip(f"{name} is not installed")
    assert [problem for problem in check(name) if problem.proven] == []


@pytest.mark.parametrize(
    "path",
    [
        "requests.Session",
        "requests.Request",
        "requests.PreparedRequest",
        "requests.Response",
        "requests.adapters.HTTPAdapter",
        "httpx.Client",
        "httpx.AsyncClient",
        "httpx.Request",
        "httpx.Response",
        "httpx.HTTPTransport",
        "httpx2.Client",
        "httpx2.AsyncClient",
        "httpx2.Request",
        "httpx2.Response",
        "urllib3.PoolManager",
        "urllib3.HTTPConnectionPool",
        "urllib3.BaseHTTPResponse",
        "passlib.context.CryptContext",
        "PIL.Image.Image",
        "argon2.PasswordHasher",
        "pwdlib.PasswordHash",
        "openai.OpenAI",
        "anthropic.Anthropic",
    ],
)
def test_no_public_method_is_left_out(path: str) -> None:
    """Every public method of the class is said to block, to be pure or to be a coroutine method."""
    library = path.partition(".")[0]
    if not installed(library):
        pytest.skip(f"{library} is not installed")
    with warnings.catch_warnings(action="ignore"):
        owner = resolve(path)
        names = [name for name in dir(owner) if not name.startswith("_") and callable(inspect.getattr_static(owner, name))]
    names = [name for name in names if not inspect.isclass(getattr(owner, name)) and not hasattr(object, name)]
    known = catalogue(library)
    inherited = {"fileno", "flush", "isatty", "seek", "seekable", "tell", "truncate", "readable", "writable", "writelines"}
    assert [name for name in names if known.member(path, name) is None and name not in inherited] == []


def follow(known: Catalogue, chain: str) -> Entry | None:
    """The last call of a chain such as `boto3.client().put_object()`; a step in brackets is a call, `[]` an item, `with` enters."""
    head, *steps = chain.split(" ")
    held: str | None = head
    entry: Entry | None = None
    if head.endswith("()"):
        entry = known.function(head[:-2]) or known.constructor(head[:-2])
        assert entry is not None, head
        held = entry.returns.head if entry.returns else head[:-2]
    for step in steps:
        assert held is not None, f"{chain}: nothing is known before {step}"
        here = held
        if step in ("with", "async-with", "for", "[]"):
            entry = {
                "with": known.entering(here, False),
                "async-with": known.entering(here, True),
                "for": known.iterating(here, False),
                "[]": known.indexing(here),
            }[step]
            held = entry.returns.head if entry and entry.returns else here
            continue
        member = known.member(here, step.removesuffix("()"))
        assert member is not None, f"{chain}: {here} has no {step}"
        if step.endswith("()"):
            entry = member.method or (known.calling(member.type.head) if member.type else None)
            held = entry.returns.head if entry and entry.returns else None
        else:
            entry = member.prop
            held = member.type.head if member.type else None
        held = here if held == "self" else held
    return entry


CHAINS = {
    "requests.get()": ("certain", "http"),
    "requests.session() get()": ("certain", "http"),
    "requests.Session() post() json()": ("pure", "http"),
    "requests.get() iter_content()": ("pure", "http"),
    "requests.get() iter_content() for": ("likely", "http"),
    "httpx.Client() get()": ("certain", "http"),
    "httpx.Client() stream()": ("pure", "http"),
    "httpx.Client() stream() with": ("certain", "http"),
    "httpx.Client() stream() with iter_bytes() for": ("certain", "http"),
    "httpx.AsyncClient() get()": ("coroutine", "http"),
    "httpx.AsyncClient() get() json()": ("pure", "http"),
    "httpx2.Client() query()": ("certain", "http"),
    "httpx2.AsyncClient() stream() async-with read()": ("pure", "http"),
    "urllib3.PoolManager() request()": ("certain", "http"),
    "openai.OpenAI() chat completions create()": ("certain", "model"),
    "openai.OpenAI() audio transcriptions create()": ("certain", "model"),
    "openai.OpenAI() chat completions stream() with for": ("certain", "model"),
    "openai.OpenAI() audio speech with_streaming_response create() with stream_to_file()": ("certain", "model"),
    "openai.AzureOpenAI() embeddings create()": ("certain", "model"),
    "openai.AsyncOpenAI() chat completions create()": ("coroutine", "model"),
    "openai.AsyncAzureOpenAI() with_options() responses create()": ("coroutine", "model"),
    "openai.OpenAI() webhooks unwrap()": ("pure", "model"),
    "anthropic.Anthropic() messages create()": ("certain", "model"),
    "anthropic.Anthropic() messages stream() with text_stream for": ("certain", "model"),
    "anthropic.AsyncAnthropic() messages create()": ("coroutine", "model"),
    "boto3.client() put_object()": ("certain", "service"),
    "boto3.client() generate_presigned_url()": ("pure", "service"),
    "boto3.client() get_object() [] read()": ("certain", "service"),
    "boto3.client() get_paginator() paginate()": ("pure", "service"),
    "boto3.client() get_paginator() paginate() for": ("certain", "service"),
    "boto3.Session() client() get_waiter() wait()": ("certain", "service"),
    "boto3.resource() Bucket() upload_fileobj()": ("certain", "service"),
    "boto3.resource() Bucket() objects filter()": ("pure", "service"),
    "boto3.resource() Bucket() objects filter() for": ("certain", "service"),
    "boto3.resource() Table() get_item()": ("certain", "service"),
    "aioboto3.Session() client() async-with put_object()": ("coroutine", "service"),
    "bcrypt.hashpw()": ("certain", "cpu"),
    "bcrypt.gensalt()": ("pure", "cpu"),
    "passlib.context.CryptContext() verify()": ("certain", "cpu"),
    "PIL.Image.open()": ("likely", "file"),
    "PIL.Image.open() convert() save()": ("certain", "cpu"),
    "pandas.read_csv() head() to_sql()": ("certain", "database"),
    "aiohttp.ClientSession() get() async-with json()": ("coroutine", "http"),
    "aiofiles.open() async-with read()": ("coroutine", "file"),
    "stripe.StripeClient() v1 checkout sessions create()": ("certain", "service"),
    "stripe.StripeClient() customers create_async()": ("coroutine", "service"),
    "google.oauth2.id_token.verify_oauth2_token()": ("certain", "http"),
    "google.genai.Client() models generate_content()": ("certain", "model"),
    "google.genai.Client() aio models generate_content()": ("coroutine", "model"),
    "huggingface_hub.InferenceClient() chat completions create()": ("certain", "model"),
    "git.Repo() git checkout()": ("certain", "subprocess"),
    "docker.from_env() containers get() logs()": ("certain", "service"),
    "paramiko.SSHClient() open_sftp() put()": ("certain", "network"),
    "langchain_openai.ChatOpenAI() invoke()": ("certain", "model"),
    "langchain_openai.ChatOpenAI() ainvoke()": ("coroutine", "model"),
    "langchain_openai.ChatOpenAI() bind_tools() stream() for": ("likely", "model"),
    "playwright.sync_api.sync_playwright() with chromium launch() new_page() goto()": ("certain", "service"),
    "playwright.async_api.async_playwright() async-with chromium launch() new_page() locator() click()": ("coroutine", "service"),
    "twilio.rest.Client() messages create()": ("certain", "service"),
    "minio.Minio() list_objects() for": ("certain", "service"),
    "celery.Celery() send_task() get()": ("certain", "service"),
    "celery.Celery() control inspect() active()": ("certain", "service"),
}


@pytest.mark.parametrize(("chain", "expected"), CHAINS.items())
def test_objects_are_followed_to_the_call(chain: str, expected: tuple[str, str]) -> None:
    """Factories, attributes and results lead to the call, and to its level and category."""
    entry = follow(catalogue(chain.partition(" ")[0].removesuffix("()")), chain)
    assert entry is not None
    assert ("coroutine" if entry.coroutine else entry.level, entry.category) == expected


def test_the_twin_is_named_where_there_is_one() -> None:
    """What to use instead stands with the class, or with the call."""
    known = catalogue("openai", "requests", "httpx2")
    named = {
        chain: entry.instead
        for chain in (
            "openai.OpenAI() chat completions create()",
            "openai.OpenAI() models list()",
            "httpx2.Client() get()",
            "requests.get()",
        )
        if (entry := follow(known, chain)) is not None
    }
    assert named == {
        "openai.OpenAI() chat completions create()": "openai.AsyncOpenAI",
        "openai.OpenAI() models list()": "openai.AsyncOpenAI",
        "httpx2.Client() get()": "httpx2.AsyncClient",
        "requests.get()": "an async client such as httpx2.AsyncClient",
    }


def wrong(library: Library) -> set[str]:
    """Subjects that the check rejects."""
    return {problem.subject for problem in examine(Context("asyncio", library, merge([library]))) if problem.proven}


def test_the_check_finds_what_is_wrong() -> None:
    """Names that do not exist, coroutine functions mistaken for others, missing arguments, categories, bases and twins."""
    claims = Library(
        functions=(
            FunctionEntry(names=("asyncio.slumber",)),
            FunctionEntry(names=("asyncio.sleep",)),
            FunctionEntry(names=("asyncio.wait_for",), coroutine=True, when=(Condition(name="until", given=True),)),
            FunctionEntry(names=("asyncio.iscoroutine",), blocks="certain"),
            FunctionEntry(names=("asyncio.current_task",), returns="asyncio.Chore"),
            FunctionEntry(names=("asyncio.all_tasks",), instead="asyncio.some_tasks"),
        ),
        classes=(
            ClassEntry(name="asyncio.Queue", coroutines=("get", "put_nowait"), pure=("peek",), aliases=("asyncio.Event",)),
            ClassEntry(name="asyncio.Lock", bases=("asyncio.Queue",), coroutines=("acquire",), enter=Behaviour()),
            ClassEntry(name="asyncio.Semaphore", coroutines=("*",), returns={"acquire": "bool"}),
        ),
    )
    assert wrong(claims) == {
        "asyncio.slumber",
        "asyncio.sleep",
        "asyncio.wait_for",
        "asyncio.iscoroutine",
        "asyncio.current_task",
        "asyncio.all_tasks",
        "asyncio.Queue.peek",
        "asyncio.Event",
        "asyncio.Lock",
        "asyncio.Semaphore.acquire",
    }
