"""A crowd that guesses at one user's password: so many guesses in so much time, from so many addresses."""

import asyncio
import collections

from people import framed, source

FIRST_SOURCE = 0xA00000  # its addresses are nobody else's
PATIENCE = 120


class Crowd:
    """Sends guesses, each on a connection of its own and at its time, whatever became of those before."""

    def __init__(self, port, name, guesses, sources, seconds):
        self.port, self.name = port, name
        self.guesses, self.sources, self.seconds = guesses, sources, seconds
        self.answers = collections.Counter()

    def run(self):
        asyncio.run(self._run())
        return self

    async def _run(self):
        tasks = []
        loop = asyncio.get_running_loop()
        start = loop.time()
        for number in range(self.guesses):
            await asyncio.sleep(max(0, start + number * self.seconds / self.guesses - loop.time()))
            tasks.append(asyncio.create_task(self._guess(number)))
        # Those who are made to wait longer than this lasts are left standing.
        await asyncio.wait(tasks, timeout=1)
        for task in tasks:
            if not task.done():
                self.answers["waiting"] += 1
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _guess(self, number):
        body = {"username": self.name, "password": f"guess-{number}"}
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write(framed("/session", body, source(FIRST_SOURCE + number % self.sources)))
                line = await asyncio.wait_for(reader.readline(), PATIENCE)
                self.answers[line.split()[1].decode() if line else "closed"] += 1
            finally:
                writer.close()
        except (OSError, asyncio.TimeoutError):
            self.answers["closed"] += 1


if __name__ == "__main__":
    import json
    import sys

    port, name, guesses, sources, seconds = sys.argv[1:]
    crowd = Crowd(int(port), name, int(guesses), int(sources), float(seconds)).run()
    print(json.dumps(crowd.answers))
