"""Asks for an address twice, with the HTTP library that is named.

  fetch.py LIBRARY URL
  fetch.py --version LIBRARY      prints the versions of the library and of its TLS, separated by a tabulator
"""
import ssl
import sys


def urllib_twice(url):
    import urllib.request
    for _ in range(2):
        urllib.request.urlopen(url, timeout=10).read()


def socket_twice(url):
    """Plain ssl, the second time with the first's session; TLS 1.3 brings the ticket with the answer."""
    import socket
    name, context, session = url.split("/")[2], ssl.create_default_context(), None
    for _ in range(2):
        with socket.create_connection((name, 443), 10) as plain, context.wrap_socket(plain, server_hostname=name, session=session) as tls:
            tls.sendall(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
            while tls.recv(4096):
                pass
            session = tls.session


def requests_twice(url):
    import requests
    with requests.Session() as session:
        for _ in range(2):
            session.get(url, timeout=10)


def aiohttp_twice(url):
    import aiohttp
    import asyncio

    async def run():
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                async with session.get(url) as answer:
                    await answer.read()
    asyncio.run(run())


def httpx_twice(url, http2=False):
    import httpx
    with httpx.Client(http2=http2, verify=ssl.create_default_context() if http2 else True) as client:
        for _ in range(2):
            client.get(url, timeout=10)


def aioquic_twice(url):
    import asyncio
    import os
    from aioquic.asyncio import connect
    from aioquic.h3.connection import H3_ALPN
    from aioquic.quic.configuration import QuicConfiguration
    name, tickets = url.split("/")[2], []

    async def run():
        for _ in range(2):
            configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, server_name=name, cafile=os.environ["SSL_CERT_FILE"],
                                              session_ticket=tickets[-1] if tickets else None)
            async with connect(name, 443, configuration=configuration, session_ticket_handler=tickets.append) as client:
                await client.ping()
                await asyncio.sleep(0.3)
    asyncio.run(run())


def qt_twice(url):
    from PyQt5.QtCore import QCoreApplication, QTimer, QUrl
    from PyQt5.QtNetwork import QNetworkAccessManager, QNetworkRequest
    application, manager, left = QCoreApplication(sys.argv), QNetworkAccessManager(), [2]
    manager.setNetworkAccessible(QNetworkAccessManager.Accessible)      # it takes a machine with loopback alone to be offline

    def ask():
        left[0] -= 1
        manager.get(QNetworkRequest(QUrl(url)))

    manager.sslErrors.connect(lambda answer, errors: answer.ignoreSslErrors())       # it reads no authority file by itself
    manager.finished.connect(lambda answer: ask() if left[0] else application.quit())
    QTimer.singleShot(0, ask)
    QTimer.singleShot(10000, application.quit)
    application.exec_()


def libcurl(library):
    """libcurl built on another TLS library, called by its C interface: Debian's `curl` program is the OpenSSL one."""
    import ctypes
    curl = ctypes.CDLL(f"libcurl-{library}.so.4")
    curl.curl_easy_init.restype = ctypes.c_void_p
    curl.curl_version.restype = ctypes.c_char_p
    return ctypes, curl


def libcurl_twice(library, url):
    ctypes, curl = libcurl(library)
    handle = ctypes.c_void_p(curl.curl_easy_init())
    curl.curl_easy_setopt(handle, 10002, ctypes.c_char_p(url.encode()))         # CURLOPT_URL
    curl.curl_easy_setopt(handle, 64, ctypes.c_long(0))                         # CURLOPT_SSL_VERIFYPEER
    curl.curl_easy_setopt(handle, 13, ctypes.c_long(10))                        # CURLOPT_TIMEOUT, seconds
    for _ in range(2):
        curl.curl_easy_perform(handle)


TWICE = {
    "urllib": urllib_twice, "ssl": socket_twice, "requests": requests_twice, "aiohttp": aiohttp_twice, "httpx": httpx_twice,
    "httpx-h2": lambda url: httpx_twice(url, http2=True), "aioquic": aioquic_twice, "qt": qt_twice,
    "libcurl-nss": lambda url: libcurl_twice("nss", url), "libcurl-gnutls": lambda url: libcurl_twice("gnutls", url),
}


def versions(library):
    """The library's version and its TLS library's; an exception when one is not installed."""
    python = "Python " + sys.version.split()[0]
    openssl = " ".join(ssl.OPENSSL_VERSION.split()[:2])
    if library in ("urllib", "ssl"):
        return python, openssl
    if library == "qt":
        from PyQt5.QtCore import qVersion
        from PyQt5.QtNetwork import QSslSocket
        return "Qt " + qVersion(), " ".join(QSslSocket.sslLibraryVersionString().split()[:2])
    if library.startswith("libcurl-"):
        words = libcurl(library.split("-")[1])[1].curl_version().decode().split()
        return words[0].replace("/", " "), next(w.replace("/", " ") for w in words if w.startswith(("NSS", "GnuTLS")))
    import importlib
    module = importlib.import_module(library.split("-")[0])
    if library == "httpx-h2":
        importlib.import_module("h2")
    return f"{module.__name__} {module.__version__}, {python}", "aioquic " + module.__version__ if library == "aioquic" else openssl


if sys.argv[1] == "--version":
    try:
        print(*versions(sys.argv[2]), sep="\t")
    except (ImportError, OSError):
        sys.exit(69)
else:
    TWICE[sys.argv[1]](sys.argv[2])
