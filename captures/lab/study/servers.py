"""All servers of the study in one process: those of ../server.py, with HTTP/2 and a certificate for each name.

  servers.py CERTIFICATES LOG

CERTIFICATES is a folder of NAME.pem and NAME.key. Counts octets at the socket as server.py does: LOG is the truth."""
import asyncio
import pathlib
import sys
import threading

import h2.config
import h2.connection
import h2.events

import plan
import server


def http2(wire):
    """Answers requests until the client closes."""
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    connection.initiate_connection()
    wire.write(connection.data_to_send())
    paths = {}
    while data := wire.read():
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                paths[event.stream_id] = dict(event.headers)[b":path"].decode()
            elif isinstance(event, h2.events.DataReceived):
                connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                status, body = server.answer(paths.pop(event.stream_id))
                connection.send_headers(event.stream_id, [(":status", str(status)), ("server", "lab"), ("content-length", str(len(body)))])
                # Answers of the plan are far below the first window and one frame (16 KiB).
                connection.send_data(event.stream_id, body, end_stream=True)
        if answer := connection.data_to_send():
            wire.write(answer)


def web(wire):
    (http2 if wire.tls and wire.tls.selected_alpn_protocol() == "h2" else server.http)(wire)


async def main():
    certificates, server.log_path = pathlib.Path(sys.argv[1]), sys.argv[2]
    quics = []
    for name, host in plan.HOSTS.items():
        pair = certificates / f"{name}.pem", certificates / f"{name}.key"
        context = None
        if host.tls:
            context = server.tls_context(host.tls, *pair)
            context.set_alpn_protocols(["h2"] if host.http2 else ["http/1.1"])
        port, service = (plan.PUSH_PORT, server.push) if name.startswith("push.") else (443 if host.tls else 80, web)
        for address in plan.addresses(name):
            threading.Thread(target=server.listen, args=(name, address, port, context, service), daemon=True).start()
            if host.quic:
                quics.append(await server.quic(name, address, *pair))
    print("ready", flush=True)
    # Ends with standard input.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.log_quic(quics)


asyncio.run(main())
