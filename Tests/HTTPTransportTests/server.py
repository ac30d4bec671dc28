"""The HTTP server of the transport's tests: well-behaved, slow and broken answers on demand, over HTTP/1.1.

Prints "PORT TLS_PORT HTTP2_PORT CERTIFICATE_FILE" once it listens on 127.0.0.1, and ends when its standard input does.
The certificate is its own authority and vouches for the name "localhost" only. HTTP2_PORT is that of an nginx which
offers HTTP/2 over TLS and passes everything on, when called with --http2, and 0 otherwise.
"""

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from urllib.parse import parse_qs, urlsplit

EVENT_TIMEOUT_SECONDS = 20

connections = 0
requests = 0
gauge = 0
gauge_peak = 0
events = {}


def event(name):
    return events.setdefault(name, asyncio.Event())


class Request:
    def __init__(self, head, body):
        self.raw = head + body
        self.body = body
        line, *fields = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = line.split(" ")
        self.path = urlsplit(self.target).path
        self.query = {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    def number(self, name):
        return int(self.query[name])


async def read_request(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for field in head.split(b"\r\n")[1:]:
        name, _, value = field.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return Request(head, await reader.readexactly(length))


class Connection:
    def __init__(self, reader, writer):
        global connections
        connections += 1
        self.reader, self.writer = reader, writer
        self.number = connections
        self.served = 0

    async def serve(self):
        global requests
        try:
            while True:
                request = await read_request(self.reader)
                requests += 1
                self.served += 1
                answer = getattr(self, "answer_" + request.path[1:].replace("-", "_"), None)
                if answer is None:
                    await self.reply(b"", status="404 Not Found")
                elif await answer(request) is False:
                    break
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            self.writer.close()

    async def write(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def reply(self, body, status="200 OK", fields=""):
        head = (
            f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nX-Connection: {self.number}\r\n"
            f"X-Served: {self.served}\r\n{fields}\r\n"
        )
        await self.write(head.encode() + body)

    # Each answer returns False to close the connection.

    async def answer_echo(self, request):
        await self.reply(request.raw)

    async def answer_reflect(self, request):
        await self.reply(request.body)

    async def answer_status(self, request):
        fields = f"Location: {request.query['location']}\r\n" if "location" in request.query else ""
        code = request.number("code")
        if code in (204, 304):
            await self.write(f"HTTP/1.1 {code} Empty\r\n{fields}\r\n".encode())
        else:
            await self.reply(b"status", status=f"{code} Status", fields=fields)

    async def answer_bytes(self, request):
        await self.reply(b"x" * request.number("count"))

    async def answer_chunked(self, request):
        await self.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n")
        for _ in range(request.number("chunks")):
            await self.write(b"5\r\nchunk\r\n")
        await self.write(b"0\r\nX-Late: 1\r\n\r\n")

    async def answer_interim(self, request):
        await self.write(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n")
        await self.reply(b"final")

    async def answer_endless(self, request):
        await self.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            await self.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    async def answer_endless_interim(self, request):
        while True:
            await self.write(b"HTTP/1.1 103 Early Hints\r\nLink: </" + b"x" * 1000 + b">\r\n\r\n")

    async def answer_claim(self, request):
        await self.write(f"HTTP/1.1 200 OK\r\nContent-Length: {request.number('count')}\r\n\r\n".encode() + b"x")
        await asyncio.sleep(EVENT_TIMEOUT_SECONDS)
        return False

    async def answer_trickle(self, request):
        await self.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            await self.write(b"x")
            await asyncio.sleep(0.01)

    async def answer_headers(self, request):
        line = f"X-Padding: {'x' * request.number('bytes')}\r\n"
        await self.reply(b"", fields=line * request.number("count"))

    async def answer_cut(self, request):
        await self.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
        return False

    async def answer_drop(self, request):
        return False

    async def answer_drop_unless_first(self, request):
        if self.served > 1:
            return False
        await self.reply(request.body)

    async def answer_garbage(self, request):
        await self.write(b"-ERR unknown command\r\n")
        return False

    async def answer_hold(self, request):
        """Answers when "release:TOKEN" is set; sets "started:TOKEN", and "aborted:TOKEN" when the client goes first."""
        token = request.query["token"]
        event("started:" + token).set()
        released = asyncio.ensure_future(event("release:" + token).wait())
        gone = asyncio.ensure_future(self.reader.read(1))
        await asyncio.wait([released, gone], return_when=asyncio.FIRST_COMPLETED, timeout=EVENT_TIMEOUT_SECONDS)
        if released.done():
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
            await self.reply(b"released")
            return True
        released.cancel()
        if gone.done():
            event("aborted:" + token).set()
        return False

    async def answer_set(self, request):
        event(request.query["event"]).set()
        await self.reply(b"set")

    async def answer_until(self, request):
        try:
            await asyncio.wait_for(event(request.query["event"]).wait(), EVENT_TIMEOUT_SECONDS)
            await self.reply(b"happened")
        except asyncio.TimeoutError:
            await self.reply(b"did not happen", status="504 Gateway Timeout")

    async def answer_gauge(self, request):
        global gauge, gauge_peak
        gauge += 1
        gauge_peak = max(gauge_peak, gauge)
        await asyncio.sleep(0.02)
        gauge -= 1
        await self.reply(b"")

    async def answer_figures(self, request):
        await self.reply(f"connections {connections}\nrequests {requests}\npeak {gauge_peak}\n".encode())


def make_certificate(folder):
    key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return key, certificate


NGINX_CONFIGURATION = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr error;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    client_max_body_size 0; proxy_http_version 1.1; proxy_request_buffering off; proxy_buffering off;
    server {{
        listen 127.0.0.1:{port} ssl http2;
        ssl_certificate {certificate}; ssl_certificate_key {key};
        add_header X-Protocol $server_protocol;
        location / {{ proxy_pass http://127.0.0.1:{backend}; }}
    }}
}}
"""


def start_nginx(folder, backend, key, certificate):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = os.path.join(folder, "nginx.conf")
    with open(configuration, "w") as file:
        file.write(NGINX_CONFIGURATION.format(**locals()))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    nginx = subprocess.Popen([program, "-p", folder, "-c", configuration, "-e", "stderr"], stdin=subprocess.DEVNULL)
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return nginx, port
        except ConnectionRefusedError:
            if nginx.poll() is not None:
                break
            time.sleep(0.01)
    sys.exit("nginx did not start")


async def main(folder):
    async def accept(reader, writer):
        await Connection(reader, writer).serve()

    key, certificate = make_certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    plain = await asyncio.start_server(accept, "127.0.0.1", 0, backlog=1024)
    secure = await asyncio.start_server(accept, "127.0.0.1", 0, backlog=1024, ssl=context)
    ports = [server.sockets[0].getsockname()[1] for server in (plain, secure)]
    nginx, http2_port = start_nginx(folder, ports[0], key, certificate) if "--http2" in sys.argv else (None, 0)
    print(*ports, http2_port, certificate, flush=True)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wait_for_end():
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_end, daemon=True).start()
    await ended.wait()
    if nginx:
        # Not terminate(): the signal may be blocked, as it is in who starts this from a thread that blocks signals.
        nginx.kill()
        nginx.wait()


with tempfile.TemporaryDirectory() as folder:
    asyncio.run(main(folder))
