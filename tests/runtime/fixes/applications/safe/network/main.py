"""Names, sockets and mails."""

import os
import smtplib
import socket
from email.message import EmailMessage

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()
PORT = int(os.environ["SMTP"])


def send(to: str, text: str) -> int:
    mail = EmailMessage()
    mail["From"] = "shop@example.org"
    mail["To"] = to
    mail["Subject"] = "Your order"
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", PORT, local_hostname="shop", timeout=5) as server:
        server.send_message(mail)
    return len(text)


def greeting() -> str:
    with socket.create_connection(("127.0.0.1", PORT), timeout=5) as connection:
        return connection.recv(100).decode()


@app.get("/resolved")
async def resolved(name: str = "localhost"):
    return socket.gethostbyname(name), socket.getaddrinfo(name, 80, family=socket.AF_INET, type=socket.SOCK_STREAM)[0][4]


@app.get("/unresolved")
async def unresolved():
    try:
        socket.getaddrinfo("localhost", "no-such-service")
    except socket.gaierror as error:
        return error.errno


@app.post("/mail")
async def mail(to: str = "you@example.org"):
    return send(to, text="Thank you.")


async def send_later(to: str):
    send(to, "Later.")


@app.post("/later")
async def later(tasks: BackgroundTasks):
    tasks.add_task(send_later, "me@example.org")
    return "soon"


@app.get("/greeting")
async def greeted():
    return greeting()
