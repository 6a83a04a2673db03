"""API keys in a header, as a client spells them."""




def spelled(server, text):
    access, secret = server.admin_keys
    return text.format(a=access, s=secret, t=secret[:-1], b=access[:-1])


def with_keys(server, value, path="/session", name="X-ApiKeys", more=b""):
    """A request whose key header is exactly these bytes."""
    line = f"{name}: ".encode() + value.encode("latin-1") + b"\r\n"
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n".encode() + line + more + b"\r\n"
