"""autobahn-python behind lines of JSON: ../foreign-client.ts has their shapes.

    python autobahn_client.py asyncio|twisted

It has two halves that share little below the session, so each is tried. What is a coroutine here awaits what the one or
the other gives, and txaio has a word for what both have.
"""

import json
import sys

import txaio

FRAMEWORK = sys.argv[1]

if FRAMEWORK == "twisted":
    txaio.use_twisted()
    from autobahn.twisted.wamp import ApplicationRunner, ApplicationSession
    from twisted.internet import reactor
    from twisted.internet.defer import CancelledError, ensureDeferred
    from twisted.internet.stdio import StandardIO
    from twisted.protocols.basic import LineReceiver

    txaio.config.loop = reactor
    NOT_STARTED = {"start_reactor": False}
else:
    import asyncio
    from asyncio import CancelledError

    txaio.use_asyncio()
    from autobahn.asyncio.wamp import ApplicationRunner, ApplicationSession

    NOT_STARTED = {"start_loop": False}

from autobahn.wamp import auth as methods  # noqa: E402
from autobahn.wamp.exception import ApplicationError  # noqa: E402
from autobahn.wamp.serializer import CBORSerializer, JsonSerializer, MsgPackSerializer  # noqa: E402
from autobahn.wamp.types import (  # noqa: E402
    CallOptions,
    CallResult,
    PublishOptions,
    RegisterOptions,
    SubscribeOptions,
)

SERIALIZERS = {"json": JsonSerializer, "msgpack": MsgPackSerializer, "cbor": CBORSerializer}

sessions = {}


class Failure(Exception):
    def __init__(self, uri, args=(), kwargs=None):
        super().__init__(uri)
        self.answer = {"uri": uri, "args": list(args), "kwargs": kwargs or {}}


def write(line):
    text = json.dumps(line) + "\n"
    if FRAMEWORK == "twisted":
        # It does not block on what it reads and writes, so what is long would be cut short otherwise.
        commands.transport.write(text.encode())
    else:
        sys.stdout.write(text)
        sys.stdout.flush()


class Session(ApplicationSession):
    """One session, as long as it lasts; `joined` says how it began."""

    def __init__(self, config):
        super().__init__(config)
        self.joined = config.extra["joined"]
        self.name = config.extra["name"]
        self.authenticator = config.extra["authenticator"]
        self.credentials = config.extra["credentials"]
        self.calls = {}
        self.held = {}

    def onConnect(self):
        if self.authenticator is None:
            self.join(self.config.realm)
            return
        self.join(
            self.config.realm,
            authmethods=[self.authenticator.name],
            authid=self.credentials["authid"],
            authextra=self.authenticator.authextra,
        )

    def onChallenge(self, challenge):
        return self.authenticator.on_challenge(self, challenge)

    def onWelcome(self, welcome):
        if self.authenticator is not None and self.authenticator.name == "scram":
            return self.authenticator.on_welcome(self, welcome.authextra)

    def onJoin(self, details):
        txaio.resolve(self.joined, details)

    def onLeave(self, details):
        if not txaio.is_called(self.joined):
            txaio.reject(self.joined, Failure(details.reason, [details.message]))
        else:
            write({"session": self.name, "closed": details.reason})
        self.disconnect()


def authenticator(given):
    if given is None:
        return None
    word = {"ticket": "ticket", "wampcra": "secret", "scram": "password", "cryptosign": "privkey"}[given["method"]]
    return methods.create_authenticator(given["method"], authid=given["authid"], **{word: given["secret"]})


async def open_session(given):
    joined = txaio.create_future()
    given_auth = given.get("auth")
    extra = {
        "name": given["session"],
        "joined": joined,
        "authenticator": authenticator(given_auth),
        "credentials": given_auth,
    }
    made = []

    def make(config):
        made.append(Session(config))
        return made[0]

    runner = ApplicationRunner(given["url"], given["realm"], extra, serializers=[SERIALIZERS[given["serializer"]]()])
    await runner.run(make, **NOT_STARTED)
    details = await joined
    sessions[given["session"]] = made[0]
    return {
        "session": details.session,
        "authid": details.authid,
        "authrole": details.authrole,
        "authmethod": details.authmethod,
    }


def payload(result):
    """It gives what has one argument, and no more, as that argument."""
    if isinstance(result, CallResult):
        return {"args": list(result.results), "kwargs": result.kwresults}
    return {"args": [] if result is None else [result], "kwargs": {}}


async def call(session, given):
    options = given.get("options") or {}
    progress = []
    asked = {}
    if options.get("receive_progress"):
        asked["on_progress"] = lambda *args, **kwargs: progress.append(list(args))
    if "timeout" in options:
        asked["timeout"] = options["timeout"]
    future = session.call(
        given["procedure"], *given.get("args", []), **given.get("kwargs", {}), options=CallOptions(**asked)
    )
    session.calls[given["call"]] = future
    try:
        return {**payload(await future), "progress": progress}
    except CancelledError:
        raise Failure("wamp.error.canceled")


async def echo(*args, details=None, **kwargs):
    return CallResult(*args, **kwargs)


async def refuse(*args, details=None, **kwargs):
    raise ApplicationError("com.example.refused", *args, **kwargs)


async def count(total, details=None):
    for part in range(1, total + 1):
        if details.progress:
            details.progress(part)
    return total


async def who(details=None):
    return CallResult(details.procedure, details.caller)


async def sleep(details=None):
    try:
        await txaio.sleep(3600)
    except CancelledError:
        write({"interrupted": details.procedure})
        raise


BEHAVIOURS = {"echo": echo, "refuse": refuse, "count": count, "who": who, "sleep": sleep}


async def register(session, given):
    options = RegisterOptions(details_arg="details", **(given.get("options") or {}))
    session.held[given["procedure"]] = await session.register(
        BEHAVIOURS[given["behaviour"]], given["procedure"], options=options
    )


async def subscribe(session, given):
    subscribed = given["topic"]

    def on_event(*args, details, **kwargs):
        event = {"subscribed": subscribed, "topic": details.topic, "publisher": details.publisher}
        write({"session": given["session"], "event": {**event, "args": list(args), "kwargs": kwargs}})

    options = SubscribeOptions(details_arg="details", **(given.get("options") or {}))
    session.held[subscribed] = await session.subscribe(on_event, subscribed, options=options)


async def publish(session, given):
    options = dict(given.get("options") or {})
    # It knows no such option of one's own: routers disclose or they do not.
    options.pop("disclose_me", None)
    await txaio.sleep(0)
    published = session.publish(
        given["topic"], *given.get("args", []), **given.get("kwargs", {}), options=PublishOptions(**options)
    )
    if published is not None:
        await published


async def cancel(session, given):
    session.calls[given["call"]].cancel()


async def close(session, _given):
    session.leave()


async def unregister(session, given):
    await session.held.pop(given["procedure"]).unregister()


async def unsubscribe(session, given):
    await session.held.pop(given["topic"]).unsubscribe()


COMMANDS = {
    "call": call,
    "cancel": cancel,
    "register": register,
    "unregister": unregister,
    "subscribe": subscribe,
    "unsubscribe": unsubscribe,
    "publish": publish,
    "close": close,
}


async def answer(given):
    try:
        if given["do"] == "open":
            result = await open_session(given)
        else:
            result = await COMMANDS[given["do"]](sessions[given["session"]], given)
        write({"id": given["id"], "result": result})
    except Failure as failure:
        write({"id": given["id"], "error": failure.answer})
    except ApplicationError as error:
        write({"id": given["id"], "error": {"uri": error.error, "args": list(error.args), "kwargs": error.kwargs or {}}})
    except Exception as error:  # whatever it is, the one who asked hears of it
        write({"id": given["id"], "error": {"uri": "no.wamp.error", "args": [repr(error)], "kwargs": {}}})


async def read_on_asyncio():
    loop = asyncio.get_running_loop()
    txaio.config.loop = loop
    reader = asyncio.StreamReader(limit=2**24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    running = set()
    while line := await reader.readline():
        task = loop.create_task(answer(json.loads(line)))
        running.add(task)
        task.add_done_callback(running.discard)


if FRAMEWORK == "twisted":

    class Commands(LineReceiver):
        delimiter = b"\n"
        MAX_LENGTH = 2**24

        def lineReceived(self, line):
            ensureDeferred(answer(json.loads(line)))

        def connectionLost(self, _reason):
            reactor.stop()

    commands = Commands()
    StandardIO(commands)
    reactor.run()
else:
    asyncio.run(read_on_asyncio())
