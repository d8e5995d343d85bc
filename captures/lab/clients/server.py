"""The servers that scripts/record-clients sends its clients to: HTTPS over TCP and, where aioquic is there, HTTP/3.

  server.py ADDRESS CERTIFICATE KEY LOG

Both listen on port 443 of ADDRESS. Each connection adds a line to LOG, separated by tabulators: transport (tcp or quic),
client port, server name that the ClientHello asked for. Ends when its standard input does.

Every answer ends its connection, so that the second request of a client opens another one and may resume the first: a
resuming ClientHello has one extension more and another fingerprint.
"""
import asyncio
import contextlib
import ssl
import sys

ADDRESS, CERTIFICATE, KEY, LOG = sys.argv[1:]
# A page with pictures makes a browser, too, ask more than once.
PAGE = b"<!doctype html><link rel=icon href=data:,><title>lab</title><img src=/second.gif><img src=/third.gif>\n"
log = open(LOG, "a", buffering=1, encoding="ascii")


def note(transport, port, name):
    print(transport, port, name or "-", sep="\t", file=log)


def context():
    """TLS 1.2 and 1.3, HTTP/1.1 whatever else the client offers; one session ticket, to keep the capture small."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(CERTIFICATE, KEY)
    made.set_alpn_protocols(["http/1.1"])
    made.num_tickets = 1

    def named(connection, name, _):
        connection.lab_name = name
    made.sni_callback = named
    return made


async def answer(reader, writer):
    tls = writer.get_extra_info("ssl_object")
    note("tcp", writer.get_extra_info("peername")[1], getattr(tls, "lab_name", None))
    with contextlib.suppress(Exception):
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        body = PAGE if head.split(b" ", 2)[1] == b"/" else b"ok\n"
        kind = b"text/html" if body is PAGE else b"text/plain"
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n%b"
                     % (kind, len(body), b"" if head.startswith(b"HEAD") else body))
        await writer.drain()
    with contextlib.suppress(Exception):
        writer.close()
        await asyncio.wait_for(writer.wait_closed(), 5)


async def serve_http3():
    """HTTP/3 by aioquic; says so and does without where that is not installed."""
    try:
        from aioquic.asyncio import QuicConnectionProtocol, serve
        from aioquic.h3.connection import H3_ALPN, H3Connection
        from aioquic.h3.events import HeadersReceived
        from aioquic.quic.configuration import QuicConfiguration
        from aioquic.quic.events import HandshakeCompleted, ProtocolNegotiated
    except ImportError:
        print("no-http3", flush=True)
        return

    class Answer(QuicConnectionProtocol):
        http = peer = None

        def datagram_received(self, data, address):
            self.peer = address
            super().datagram_received(data, address)

        def quic_event_received(self, event):
            if isinstance(event, ProtocolNegotiated):
                self.http = H3Connection(self._quic)
            if isinstance(event, HandshakeCompleted):
                note("quic", self.peer[1], None)     # aioquic does not keep the name
            if self.http is None:
                return
            for made in self.http.handle_event(event):
                if isinstance(made, HeadersReceived):
                    body = PAGE if dict(made.headers).get(b":path") == b"/" else b"ok\n"
                    kind = b"text/html" if body is PAGE else b"text/plain"
                    self.http.send_headers(made.stream_id, [(b":status", b"200"), (b"content-type", kind), (b"cache-control", b"no-store")])
                    self.http.send_data(made.stream_id, body, end_stream=True)
                    self.transmit()

    tickets = {}
    configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
    configuration.load_cert_chain(CERTIFICATE, KEY)
    await serve(ADDRESS, 443, configuration=configuration, create_protocol=Answer,
                session_ticket_fetcher=lambda label: tickets.pop(label, None),
                session_ticket_handler=lambda ticket: tickets.update({ticket.ticket: ticket}))


async def main():
    await asyncio.start_server(answer, ADDRESS, 443, ssl=context(), ssl_handshake_timeout=10)
    await serve_http3()
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


# A client that stops in the middle of a handshake is no news.
asyncio.new_event_loop().set_exception_handler(lambda *_: None)
asyncio.run(main())
