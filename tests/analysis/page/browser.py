#!/usr/bin/env python3
"""Opens pages in headless Chromium and checks them by checks.js.

    browser.py CHROMIUM PAGE...            every page must be without complaint
    browser.py CHROMIUM --bad TEXT PAGE    the page must give a complaint that holds TEXT

Each page is opened at 390 and 1,280 pixels and as printed, in light and dark. An error on the console, a
request to anything but the page itself, and a page of more than 5 MB are complaints too. Chromium is driven
through its remote debugging pipe, which needs no other package.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

VIEWS = [(390, "screen", "light"), (390, "screen", "dark"), (1280, "screen", "light"), (1280, "screen", "dark"),
         (720, "print", "light")]


class Browser:
    def __init__(self, program, profile):
        read_there, self.write = os.pipe()
        self.read, write_there = os.pipe()
        high = [os.dup(read_there), os.dup(write_there)]  # not 3 or 4, which Chromium reads and writes

        def connect():
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--remote-debugging-pipe", f"--user-data-dir={profile}",
             "about:blank"],
            preexec_fn=connect, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for end in (read_there, write_there, *high):
            os.close(end)
        self.rest, self.number, self.events, self.session = b"", 0, [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def message(self):
        while b"\0" not in self.rest:
            piece = os.read(self.read, 1 << 20)
            if not piece:
                raise SystemExit("Chromium ended")
            self.rest += piece
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, **params):
        self.number += 1
        request = {"id": self.number, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.write, json.dumps(request).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.number:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def open(self, address):
        self.events.clear()
        self.call("Page.navigate", url=address)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.message())

    def troubles(self, address):
        """What the console says and what the page asked for."""
        for event in self.events:
            method, params = event.get("method"), event.get("params", {})
            if method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
                yield "console: " + params["entry"]["text"]
            if method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
                yield "console: " + str(params["args"])
            if method == "Runtime.exceptionThrown":
                yield "exception: " + params["exceptionDetails"]["text"]
            if method == "Network.requestWillBeSent" and not params["request"]["url"].startswith((address, "data:")):
                yield "request: " + params["request"]["url"]

    def close(self):
        self.call("Browser.close")
        self.process.wait()


def complaints_about(browser, page, script):
    address = page.resolve().as_uri()
    if page.stat().st_size > 5_000_000:
        yield f"{page.stat().st_size} bytes"
    for width, media, scheme in VIEWS:
        browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
                     mobile=width == 390)
        browser.call("Emulation.setEmulatedMedia", media=media,
                     features=[{"name": "prefers-color-scheme", "value": scheme}])
        browser.open(address)
        found = browser.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in found:
            raise SystemExit(f"checks.js: {found['exceptionDetails']}")
        for text in found["result"]["value"] + list(browser.troubles(address)):
            yield f"{width} px, {media}, {scheme}: {text}"


def main():
    program, *rest = sys.argv[1:]
    bad = rest[1] if rest[0] == "--bad" else None
    pages = [pathlib.Path(name) for name in (rest[2:] if bad else rest)]
    script = (pathlib.Path(__file__).parent / "checks.js").read_text()
    failed = False
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        for page in pages:
            complaints = list(complaints_about(browser, page, script))
            if bad and not any(bad in text for text in complaints):
                print(f"{page.name}: no complaint about '{bad}', but {complaints}")
                failed = True
            if not bad:
                failed = failed or bool(complaints)
                print("\n".join(f"{page.name}: {text}" for text in complaints) or f"{page.name}: no complaint")
        browser.close()
    sys.exit(failed)


main()
