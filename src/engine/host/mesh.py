# The probes between hosts (mesh.sh) in Python. It stands between quotes there, and has none of that kind itself.
import errno, os, select, signal, socket, struct, time

# seconds: of this process, of one probe, of all probes; probes at once; least of so many connects is the round trip
LIFE, ONCE, ALL, WIDE, TIMES = 60, 2.0, 20.0, 64, 4
SENDS = (0.0, 0.5, 1.0)
signal.alarm(LIFE)
now = time.monotonic
poll = select.poll()
rest = b""
token, nonce, me = "", "", ""
listeners, queue, active, rtts, answers, pending = {}, [], {}, [], {}, []

class Gone(Exception):
    pass

def take():
    global rest
    got = os.read(0, 65536)
    if not got:
        raise Gone
    lines = (rest + got).split(b"\n")
    rest = lines.pop()
    pending.extend(line.decode("ascii", "replace").split() for line in lines)

def say(*words):
    os.write(1, (" ".join((token,) + words) + "\n").encode())

def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET

def listen(ident, kind, address, port):
    s = None
    try:
        s = socket.socket(family(address), socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
        if kind == "tcp":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((address, port))
        if kind == "tcp":
            s.listen(1024)
        s.setblocking(False)
    except OSError as e:
        if s:
            s.close()
        say("bound", ident, {errno.EADDRINUSE: "taken", errno.EACCES: "root", errno.EPERM: "root"}.get(e.errno, "failed"))
        return
    listeners[s.fileno()] = (kind, s)
    poll.register(s, select.POLLIN)
    say("bound", ident, "ok")

def shut(s):
    try:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass
    s.close()

def serve(kind, s):
    try:
        while kind == "tcp":
            shut(s.accept()[0])
        while True:
            text, sender = s.recvfrom(256)
            words = text.split()
            # nothing else is answered: this is no mirror for whoever comes by
            if len(words) == 4 and words[0] == nonce.encode() and words[1].isdigit() and words[2].isdigit() and words[3].isalnum():
                os.write(1, b" ".join(words) + b"\n")
                s.sendto(text, sender)
    except OSError:
        pass

def word(code):
    if code in (0, errno.ECONNRESET):
        return "open"
    if code == errno.ECONNREFUSED:
        return "refused"
    if code == errno.ETIMEDOUT:
        return "silent"
    if code in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EACCES, errno.EPERM):
        return "unreachable"
    return "failed"

# ident None: it is not told, and only finds out whether the address answers
class Probe:
    def __init__(self, ident, kind, address, port, secret=""):
        self.ident, self.kind, self.address, self.port = ident, kind, address, port
        self.sent, self.seen, self.socket = 0, "silent", None
        self.text = " ".join((nonce, me, str(ident), secret)).encode()

    def begin(self):
        if self.ident is None and self.address in answers:
            return
        self.began = now()
        self.until = self.began + ONCE
        try:
            self.socket = s = socket.socket(family(self.address), socket.SOCK_STREAM if self.kind == "tcp" else socket.SOCK_DGRAM)
            s.setblocking(False)
            code = s.connect_ex((self.address, self.port))
        except OSError:
            return self.end("failed")
        if self.kind == "tcp" and code != errno.EINPROGRESS:
            return self.end(word(code))
        if self.kind == "udp" and code:
            return self.end(word(code))
        active[s.fileno()] = self
        poll.register(s, select.POLLOUT if self.kind == "tcp" else select.POLLIN)
        if self.kind == "udp":
            self.send()

    def send(self):
        self.sent += 1
        try:
            self.socket.send(self.text + b"\n")
        except OSError as e:
            self.failed(e.errno)

    # what a lost datagram, or one that came too early, may have caused is tried again
    def failed(self, code):
        self.seen = word(code)
        if self.sent >= len(SENDS):
            self.end(self.seen)

    def move(self):
        if self.kind == "tcp":
            return self.end(word(self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)))
        try:
            text = self.socket.recv(256)
        except BlockingIOError:
            return
        except OSError as e:
            return self.failed(e.errno)
        if text == self.text + b"\n":
            self.end("open")

    def look(self, at):
        if at >= self.until:
            self.end(self.seen)
        elif self.kind == "udp" and self.sent < len(SENDS) and at >= self.began + SENDS[self.sent]:
            self.send()

    def due(self):
        return self.began + SENDS[self.sent] if self.kind == "udp" and self.sent < len(SENDS) else self.until

    def end(self, result):
        if self.socket:
            if active.pop(self.socket.fileno(), None):
                poll.unregister(self.socket)
            shut(self.socket)
            self.socket = None
        if self.kind == "tcp" and result in ("open", "refused"):
            answers.setdefault(self.address, self.port)
        if self.ident is not None:
            say("probe", self.ident, result)

# while it measures others, others measure it
def wait_for(s, until):
    wait = select.poll()
    wait.register(s, select.POLLOUT)
    for fd in listeners:
        wait.register(fd, select.POLLIN)
    while now() < until:
        ready = [fd for fd, _ in wait.poll(max(0, (until - now()) * 1000))]
        for fd in ready:
            if fd in listeners:
                serve(*listeners[fd])
        if s.fileno() in ready:
            return True
    return False

def connect_us(address, port):
    s = socket.socket(family(address), socket.SOCK_STREAM)
    try:
        s.setblocking(False)
        began = now()
        code = s.connect_ex((address, port))
        if code == errno.EINPROGRESS:
            if not wait_for(s, began + 1):
                return None
            code = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        took = int((now() - began) * 1000000)
        return took if word(code) in ("open", "refused") else None
    finally:
        shut(s)

def measure(until):
    for ident, address in rtts:
        least, misses = None, 1
        # what did not answer a probe would be waited for here, one such host after the other
        for _ in range(TIMES if address in answers else 0):
            us = connect_us(address, answers[address]) if now() < until else None
            if us is not None:
                least = us if least is None else min(least, us)
            elif misses:
                misses -= 1
            else:
                break
        say("rtt", ident, "none" if least is None else str(max(least, 1)))

def configure():
    global token, nonce, me
    knocks = []
    while True:
        while not pending:
            take()
        words = pending.pop(0)
        if words[:1] == ["me"]:
            token, nonce, me = words[1:]
            say("tool", "python3")
        elif words[:1] == ["listen"]:
            listen(words[1], words[2], words[3], int(words[4]))
        elif words[:1] == ["probe"]:
            queue.append(Probe(words[1], words[2], words[3], int(words[4]), words[5]))
        elif words[:1] == ["rtt"]:
            rtts.append(words[1:3])
            knocks.append(Probe(None, "tcp", words[2], int(words[3])))
        elif words == ["end"]:
            queue.extend(knocks)
            return

def run():
    configure()
    poll.register(0, select.POLLIN)
    say("ready")
    until, is_done = None, False
    while True:
        while pending:
            words = pending.pop(0)
            if words == ["go"] and not until:
                until = now() + ALL
            elif words == ["quit"]:
                raise Gone
        while until and queue and len(active) < WIDE and now() < until:
            queue.pop(0).begin()
        if until and not active and not is_done and (not queue or now() >= until):
            measure(until)
            say("done")
            is_done = True
        due = [probe.due() for probe in active.values()]
        for fd, _ in poll.poll(max(0, (min(due) - now()) * 1000 + 1) if due else None):
            if fd == 0:
                take()
            elif fd in listeners:
                serve(*listeners[fd])
            elif fd in active:
                active[fd].move()
        at = now()
        for probe in list(active.values()):
            probe.look(at)

try:
    run()
except (Gone, OSError, ValueError, KeyboardInterrupt):
    pass
