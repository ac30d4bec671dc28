"""A TLS proxy in front of PostgreSQL which, as poolers do, sends on in one piece what has come together: OpenSSL makes
full records of 16 KiB of it, where PostgreSQL itself sends smaller ones.

    tls_proxy.py SERVER_PORT CERTIFICATE KEY

Prints its port once it listens on 127.0.0.1, and ends when its standard input does.
"""

import select
import socket
import ssl
import sys
import threading

# Without more from the server, until what has come is sent on.
QUIET_SECONDS = 0.1


def gather(server):
    """All that the server sends until it is quiet; nothing at its end."""
    data = server.recv(1 << 16)
    while data and select.select([server], [], [], QUIET_SECONDS)[0]:
        more = server.recv(1 << 16)
        if not more:
            break
        data += more
    return data


def relay(client, server):
    while True:
        ready = [client] if client.pending() else select.select([client, server], [], [])[0]
        if client in ready:
            data = client.recv(1 << 16)
            if not data:
                return
            server.sendall(data)
        if server in ready:
            data = gather(server)
            if not data:
                return
            client.sendall(data)


def serve(plain, context, server_port):
    try:
        # The request for TLS: a length of 8 and its code.
        plain.recv(8, socket.MSG_WAITALL)
        plain.sendall(b"S")
        with (
            context.wrap_socket(plain, server_side=True) as client,
            socket.create_connection(("127.0.0.1", server_port)) as server,
        ):
            relay(client, server)
    except OSError:
        pass


def listen(listener, context, server_port):
    while True:
        plain, _ = listener.accept()
        threading.Thread(target=serve, args=(plain, context, server_port), daemon=True).start()


def main():
    server_port, certificate, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=listen, args=(listener, context, int(server_port)), daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    sys.stdin.read()


main()
