"""A link between a node and its database that can be cut, made slow, and mended: a proxy for TCP on 127.0.0.1."""

import selectors
import socket
import threading
import time

CHUNK = 65536


class Link:
    """Passes on what arrives at `port` to another port, and back.

    - cut: nothing passes any more and nobody is told, as when a cable is pulled; new connections are taken and get no answer.
    - drop: all connections are closed, and new ones are refused to pass.
    """

    def __init__(self, to):
        self.to = to
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.delay = 0.0
        self.is_cut = self.is_down = False
        self.lock, self.pairs = threading.Lock(), set()
        self.is_open = True

    def __enter__(self):
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_open = False
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._close_all()
        self.thread.join()

    def cut(self):
        self.is_cut = True

    def drop(self):
        self.is_down = True
        self._close_all()

    def mend(self):
        """Lets all pass again; what was cut meanwhile is lost, as after a router has forgotten its connections."""
        self._close_all()
        self.is_cut = self.is_down = False
        self.delay = 0.0

    def _close_all(self):
        with self.lock:
            pairs, self.pairs = self.pairs, set()
        for pair in pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def _accept(self):
        while self.is_open:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if self.is_down:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                near.close()
                continue
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.lock:
                self.pairs.add((near, far))
            threading.Thread(target=self._pass, args=[near, far], daemon=True).start()

    def _pass(self, near, far):
        others = {near: far, far: near}
        try:
            with selectors.DefaultSelector() as selector:
                for end in others:
                    selector.register(end, selectors.EVENT_READ)
                while True:
                    for key, _ in selector.select():
                        data = key.fileobj.recv(CHUNK)
                        if not data:
                            return
                        if self.is_cut:
                            continue
                        if self.delay:
                            time.sleep(self.delay)
                        others[key.fileobj].sendall(data)
        except OSError:
            pass
        finally:
            with self.lock:
                self.pairs.discard((near, far))
            near.close()
            far.close()
