"""Catalogue -> what it has in each category: how many operations that block, of which libraries, and the best-known of them."""

import sys
from collections import defaultdict
from typing import NamedTuple

from fastapi_async_lint.catalogue import Entry
from fastapi_async_lint.catalogue.catalogue import Catalogue, merge
from fastapi_async_lint.catalogue.load import available, libraries
from fastapi_async_lint.rules.blocking import described
from tools.catalogue_data import blocking_entries, special_entry

BEST_KNOWN: dict[str, tuple[str, ...]] = {
    "sleep": ("time.sleep", "socketio.Client.sleep"),
    "http": (
        "requests.get",
        "requests.post",
        "requests.Session.request",
        "httpx.get",
        "httpx.Client.get",
        "httpx.Client.post",
        "urllib.request.urlopen",
        "urllib3.PoolManager.request",
        "http.client.HTTPConnection.request",
        "feedparser.parse",
    ),
    "database": (
        "sqlalchemy.orm.Session.execute",
        "sqlalchemy.orm.Session.commit",
        "sqlalchemy.orm.Query.all",
        "sqlmodel.Session.exec",
        "sqlite3.Cursor.execute",
        "psycopg.Cursor.execute",
        "psycopg2.extensions.cursor.execute",
        "pymongo.collection.Collection.find_one",
        "redis.Redis.get",
        "elasticsearch.Elasticsearch.search",
    ),
    "file": (
        "builtins.open",
        "io.TextIOWrapper.read",
        "io.TextIOWrapper.write",
        "pathlib.Path.read_text",
        "pathlib.Path.write_bytes",
        "json.load",
        "shutil.copytree",
        "os.listdir",
        "tempfile.NamedTemporaryFile",
        "zipfile.ZipFile.extractall",
    ),
    "subprocess": (
        "subprocess.run",
        "subprocess.check_output",
        "subprocess.Popen",
        "subprocess.Popen.wait",
        "subprocess.Popen.communicate",
        "os.system",
        "os.popen",
        "os.waitpid",
        "pty.spawn",
        "webbrowser.open",
    ),
    "network": (
        "socket.create_connection",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.socket.connect",
        "socket.socket.recv",
        "smtplib.SMTP",
        "smtplib.SMTP.send_message",
        "ftplib.FTP.retrbinary",
        "imaplib.IMAP4.search",
        "paramiko.SSHClient.connect",
    ),
    "wait": (
        "threading.Lock.acquire",
        "threading.Lock.__enter__",
        "threading.Event.wait",
        "threading.Condition.wait",
        "threading.Thread.join",
        "queue.Queue.get",
        "queue.Queue.join",
        "concurrent.futures.Future.result",
        "concurrent.futures.wait",
        "select.select",
    ),
    "service": (
        "botocore.client.BaseClient.put_object",
        "boto3.resources.collection.ResourceCollection.__iter__",
        "celery.Task.delay",
        "celery.result.AsyncResult.get",
        "docker.models.containers.ContainerCollection.run",
        "dramatiq.Actor.send",
        "minio.Minio.put_object",
        "rq.Queue.enqueue",
        "stripe.Customer.create",
        "twilio.rest.api.v2010.account.message.MessageList.create",
    ),
    "model": (
        "openai.resources.chat.Completions.create",
        "openai.resources.Embeddings.create",
        "openai.resources.responses.Responses.create",
        "anthropic.resources.Messages.create",
        "google.genai.models.Models.generate_content",
        "langchain_core.runnables.Runnable.invoke",
        "langchain_core.runnables.Runnable.batch",
        "langchain_core.embeddings.Embeddings.embed_query",
        "huggingface_hub.InferenceClient.chat_completion",
        "replicate.run",
    ),
    "console": (
        "builtins.input",
        "builtins.breakpoint",
        "getpass.getpass",
        "click.prompt",
        "click.confirm",
        "typer.prompt",
        "pdb.set_trace",
    ),
    "cpu": (
        "bcrypt.hashpw",
        "bcrypt.checkpw",
        "passlib.context.CryptContext.verify",
        "argon2.PasswordHasher.verify",
        "hashlib.pbkdf2_hmac",
        "PIL.Image.Image.resize",
        "cv2.resize",
        "pandas.DataFrame.merge",
        "pypdf.PageObject.extract_text",
        "sentence_transformers.SentenceTransformer.encode",
    ),
    "path": (
        "os.path.exists",
        "os.stat",
        "os.remove",
        "os.makedirs",
        "os.getcwd",
        "pathlib.Path.exists",
        "pathlib.Path.is_file",
        "pathlib.Path.mkdir",
        "pathlib.Path.unlink",
        "pathlib.Path.resolve",
    ),
}
"""By category; a test holds each name against the catalogue."""

_HOW = {"certain": "certainly", "likely": "usually", "brief": "for a moment", "cheap": "for microseconds"}


class KnownCall(NamedTuple):
    """One blocking operation as a row of a table, in Markdown."""

    shown: str
    blocks: str
    instead: str


class Summary(NamedTuple):
    """What the catalogue has in one category. `standard` and `others` are import names, sorted."""

    category: str
    operations: int
    standard: tuple[str, ...]
    others: tuple[str, ...]
    calls: tuple[KnownCall, ...]


def summaries() -> dict[str, Summary]:
    """A summary for each category that some library has."""
    known = libraries(available())
    catalogue = merge(known.values())
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, library in known.items():
        for entry in blocking_entries(catalogue, library):
            found[entry.category][name].add(entry.path)
    return {category: _summary(catalogue, category, paths) for category, paths in sorted(found.items())}


def _summary(catalogue: Catalogue, category: str, paths: dict[str, set[str]]) -> Summary:
    names = sorted(paths)
    standard = tuple(name for name in names if name.partition(".")[0] in sys.stdlib_module_names)
    calls = [(path, lookup(catalogue, path)) for path in BEST_KNOWN.get(category, ())]
    return Summary(
        category=category,
        operations=len(set[str]().union(*paths.values())),
        standard=standard,
        others=tuple(name for name in names if name not in standard),
        calls=tuple(_row(path, entry) for path, entry in calls if entry is not None and entry.blocks),
    )


def _row(path: str, entry: Entry) -> KnownCall:
    is_code = " " not in entry.instead or (entry.instead.startswith("await ") and entry.instead.endswith(")"))
    instead = f"`{entry.instead}`" if entry.instead and is_code else entry.instead
    words, _, shown = described(path.removeprefix("builtins.")).rpartition(" ")
    return KnownCall(f"{words} `{shown}`".lstrip(), _HOW[entry.level], instead)


_METHODS = {"__enter__": "enter", "__exit__": "exit", "__iter__": "iterate", "__call__": "call", "__getitem__": "item"}


def lookup(catalogue: Catalogue, path: str) -> Entry | None:
    """The entry of a function, class, method or special method; None if the catalogue has none."""
    owner, _, name = path.rpartition(".")
    if name in _METHODS:
        return special_entry(catalogue, owner, _METHODS[name])
    member = catalogue.member(owner, name)
    return catalogue.function(path) or (member and (member.method or member.prop)) or catalogue.constructor(path)
