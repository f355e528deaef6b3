"""stack.py: what the serve tests stand on, each part a real process in one temporary folder: a demo for its embedded broker and sample, a
redis-server on a Unix socket, a trace-worker and the query server. stop() ends all of it and says what went wrong on the way."""
import errno
import glob
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PATIENCE = 120  # seconds until a wait is a hang; nothing is measured against it


def wait_until(what, condition):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError("waited in vain until " + what)


def processes_of(folder):
    """Processes that were started with this folder as TMPDIR, zombies left out; a redis-server, which writes over its environment, is known by
    the socket in its command line."""
    found = set()
    for path in glob.glob("/proc/[0-9]*"):
        try:
            with open(path + "/environ", "rb") as environ, open(path + "/cmdline", "rb") as words:
                if b"TMPDIR=%s\0" % folder.encode() in environ.read() + b"\0" or folder.encode() + b"/" in words.read():
                    found.add(int(path.split("/")[2]))
        except OSError:
            continue
    return found


def reply_parse(raw):
    """Status, headers (lower case) and body of one HTTP reply; status 0: none came."""
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    match = re.match(rb"HTTP/1\.[01] (\d{3})", lines[0])
    headers = dict(line.lower().split(b": ", 1) for line in lines[1:] if b": " in line)
    return (int(match.group(1)) if match else 0), headers, body


class Stack:
    def __init__(self, moneytrail):
        self.moneytrail = moneytrail
        self.folder = tempfile.mkdtemp(prefix="mt-serve-")
        self.demo_folder = os.path.join(self.folder, "demo")
        os.mkdir(self.demo_folder)
        self.redis_socket = os.path.join(self.folder, "redis.sock")
        self.parts = {}
        self.bodies = []  # all that was ever answered
        self.said = ""
        self.faults = []

    def start(self, name, argv, tmpdir=None):
        environ = dict(os.environ, TMPDIR=tmpdir or self.folder, ASAN_OPTIONS="exitcode=99")
        with open(os.path.join(self.folder, name + ".log"), "ab") as log:
            self.parts[name] = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environ)

    def log(self, name):
        with open(os.path.join(self.folder, name + ".log"), encoding="utf-8", errors="replace") as log:
            return log.read()

    def end(self, name, exit_code=0):
        part = self.parts.pop(name)
        part.send_signal(signal.SIGCONT)
        part.terminate()
        try:
            code = part.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            part.kill()
            code = part.wait()
        if code != exit_code or "Sanitizer" in self.log(name) or "runtime error" in self.log(name):
            self.faults.append("%s ended with %d:\n%s" % (name, code, self.log(name)[-4000:]))

    # --- the parts

    def start_demo(self):
        self.start("demo", [self.moneytrail, "demo", "--transfers", "3000", "--chains", "2", "--round-trips", "1", "--workers", "1",
                            "--show", "0"], self.demo_folder)
        wait_until("the demo runs", lambda: "Running" in self.log("demo") or self.parts["demo"].poll() is not None)
        self.brokers = re.search(r"^Kafka +(\S+)", self.log("demo"), re.M).group(1)
        self.sample_folder = glob.glob(self.demo_folder + "/moneytrail-demo-*")[0]

    def start_redis(self):
        self.start("redis", ["redis-server", "--port", "0", "--unixsocket", self.redis_socket, "--save", "", "--dir", self.folder])
        wait_until("Redis answers", lambda: self.redis("PING") == b"+PONG\r\n")

    def start_serve(self):
        address = os.path.join(self.folder, "address")
        self.start("serve", [self.moneytrail, "serve", "--redis", self.redis_socket, "--listen", "127.0.0.1:0", "--address-file", address])
        wait_until("serve listens", lambda: os.path.exists(address))
        with open(address, encoding="ascii") as file:
            host, port = file.read().strip().split(":")
        self.address = (host, int(port))

    def start_worker(self):
        self.start("worker", [self.moneytrail, "trace-worker", "--brokers", self.brokers, "--redis", self.redis_socket, "--group", "serve-test",
                              "--name", "w1", "--secret-file", os.path.join(self.sample_folder, "secret.key"), "--retention", "3660d",
                              "--lateness", "3660d"])

    def redis(self, *words):
        """One command, its reply's first bytes; None when Redis is away."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(PATIENCE)
                connection.connect(self.redis_socket)
                words = [word if isinstance(word, bytes) else word.encode() for word in words]
                connection.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
                return connection.recv(4096)
        except OSError:
            return None

    def redis_many(self, commands):
        """Many commands in one go; none of them may fail."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(self.redis_socket)
            for begin in range(0, len(commands), 256):
                part = commands[begin:begin + 256]
                for words in part:
                    words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
                    connection.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
                answer = b""
                while answer.count(b"\r\n") < len(part):
                    answer += connection.recv(65536)
                assert b"-" not in answer, answer

    # --- asking

    def raw(self, request, finish=False):
        """Sends bytes, reads until the server closes or has answered in full. `finish`: says that nothing more will come."""
        with socket.create_connection(self.address) as connection:
            connection.settimeout(PATIENCE)
            answer = b""
            try:
                connection.sendall(request)
                if finish:
                    connection.shutdown(socket.SHUT_WR)
                while not self.whole(answer):
                    more = connection.recv(65536)
                    if not more:
                        break
                    answer += more
            except OSError as error:  # a server that refuses may close before all was sent
                if error.errno not in (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN):
                    raise
        self.bodies.append(answer)
        return reply_parse(answer)

    @staticmethod
    def whole(answer):
        status, headers, body = reply_parse(answer)
        return status != 0 and b"\r\n\r\n" in answer and len(body) >= int(headers.get(b"content-length", b"0"))

    def get(self, path):
        """Status and body of a proper request."""
        status, _, body = self.raw(b"GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % path.encode())
        return status, body

    def get_json(self, path):
        status, body = self.get(path)
        return status, json.loads(body)

    def post(self, path, body, headers=None):
        """Status and body of a proper request with a JSON body."""
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        host = "%s:%d" % self.address
        given = {"Host": host, "Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
        head = "".join("%s: %s\r\n" % line for line in given.items() if line[1] is not None)
        status, _, answer = self.raw(b"POST %s HTTP/1.1\r\n%s\r\n" % (path.encode(), head.encode()) + body)
        return status, answer

    def post_json(self, path, body, headers=None):
        status, answer = self.post(path, body, headers)
        return status, json.loads(answer)

    def command(self, *words):
        """Exit code and output of a moneytrail command against this Redis; `said` then holds its standard error."""
        done = subprocess.run([self.moneytrail, *words, "--redis", self.redis_socket], stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
        assert b"Sanitizer" not in done.stderr and b"runtime error" not in done.stderr, done.stderr
        self.said = done.stderr.decode()
        return done.returncode, done.stdout

    def counter(self, name):
        match = re.search(rb"moneytrail_%s\{worker=\"w1\"\} (\d+)" % name.encode(), self.get("/metrics")[1])
        return int(match.group(1)) if match else 0

    def stop(self):
        for name in reversed(list(self.parts)):
            self.end(name)
        for pid in processes_of(self.folder) | processes_of(self.demo_folder):
            self.faults.append("process %d was left" % pid)
        left = os.listdir(self.demo_folder)
        if left:
            self.faults.append("the demo left %s" % left)
        shutil.rmtree(self.folder)
        return self.faults


def run_tests(stack, also=""):
    """Starts the stack, runs the module's tests, stops it; says what was left behind and ends the program. `also` is said in the last line."""
    try:
        stack.start_demo()
        stack.start_redis()
        stack.start_serve()
        result = unittest.main(verbosity=2, exit=False, failfast=True).result
    finally:
        faults = stack.stop()
    for fault in faults:
        print("FAULT:", fault)
    print("%d of %d tests passed; %sfaults and leftovers: %s" %
          (result.testsRun - len(result.failures) - len(result.errors), result.testsRun, also, "; ".join(faults) or "none"))
    sys.exit(0 if result.wasSuccessful() and not faults else 1)
