#!/usr/bin/env python3
"""Takes mail on 127.0.0.1:25 for as long as it runs, and writes each message's lines into a file. Usage: mail.py FILE"""

import socketserver
import sys


class Mail(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 mail")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.say("354 go on")
                self.take()
            elif word == b"QUIT":
                return self.say("221 bye")
            self.say("250 yes")

    def take(self):
        with open(sys.argv[1], "ab") as file:
            while (line := self.rfile.readline()) not in (b"", b".\r\n"):
                file.write(line)

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


Server(("127.0.0.1", 25), Mail).serve_forever()
