"""stage: what the broker tests stand on: a private folder, a redis-server, a Kafka (mock or real), workers; all of it ends with the test.

Nothing here measures time: `wait` polls with a generous deadline, which only a failure ever reaches.
"""

import ctypes
import itertools
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

DEADLINE_S = 60
SAMPLE = 8000  # transfers
RATE = 4000  # of them a second: slow enough to take something away midway
KAFKA = "deploy/kafka/kafka"
SHARDS = 16  # a worker's default


class Failed(Exception):
    """What a test expected and did not see, in words for a person."""


def check(good, words):
    if not good:
        raise Failed(words)


def wait(happened, words):
    """Polls until `happened` gives something true, and returns that."""
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        result = happened()
        if result:
            return result
        time.sleep(0.05)
    raise Failed(f"still waiting for {words}")


def exit_code(process, name):
    try:
        return process.wait(DEADLINE_S)
    except subprocess.TimeoutExpired:
        raise Failed(f"{name} does not end") from None


def end_with_parent():
    """In a child: it is killed when the test is, even by SIGKILL."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def answer_read(answers):
    """One answer of Redis' protocol: bytes, an int, None, or a list of these."""
    line = answers.readline().rstrip(b"\r\n")
    mark, rest = line[:1], line[1:]
    if mark == b"*":
        return [answer_read(answers) for _ in range(int(rest))]
    if mark == b":":
        return int(rest)
    if mark == b"$":
        return None if int(rest) < 0 else answers.read(int(rest) + 2)[:-2]
    return rest


class Worker:
    """A running trace-worker and its log."""

    def __init__(self, process, log):
        self.process, self.log = process, log

    def lines(self, event=None):
        """Its log lines, or those of one event ("redis_away")."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
        return [line for line in lines if event is None or line.split(" ")[2:3] == [event]]

    def ready(self):
        wait(lambda: self.lines("assigned"), "partitions to be assigned")
        return self

    def said(self, event, times=1):
        """Waits until it has logged the event."""
        wait(lambda: len(self.lines(event)) >= times or not self.runs(), event)
        check(self.runs(), "the worker ended")

    def said_check(self, what, times):
        """One line an outage of "redis" or "kafka", one when it was over, and no other complaint."""
        for event in (f"{what}_away", f"{what}_back"):
            count = len(self.lines(event))
            check(count == times, f"{event} was said {count} times instead of {times}")
        others = [line for line in self.lines() if line.split(" ")[1] != "info" and f" {what}_away " not in line]
        check(not others, f"it also said {others[:1]} ({len(others)} lines)")

    def runs(self):
        return self.process.poll() is None

    def exit_code(self):
        return exit_code(self.process, "the worker")

    def stop(self):
        """SIGTERM; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.exit_code()


class Stage:
    """Paths and processes of one test. `tools` has the paths of moneytrail, mock_broker and the sources."""

    def __init__(self, moneytrail, mock_broker, source):
        self.moneytrail, self.mock_broker, self.source = moneytrail, mock_broker, source
        self.processes, self.workers = [], 0

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="moneytrail-test-")
        self.socket = self.path("redis.sock")
        self.brokers = self.mock = self.kafka_folder = None
        with open(self.path("key"), "w") as file:
            file.write("%064d\n" % 7)
        os.chmod(self.path("key"), 0o600)
        return self

    def __exit__(self, kind, error, trace):
        try:
            if kind is not None:
                self.logs_show()
        finally:
            self.clear()

    def clear(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
        if self.kafka_folder is not None:
            subprocess.run([os.path.join(self.source, KAFKA), "stop", self.kafka_folder], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def logs_show(self):
        for name in sorted(os.listdir(self.folder)):
            if name.endswith(".log"):
                with open(self.path(name), errors="replace") as file:
                    tail = file.read()[-3000:]
                print(f"--- {name}\n{tail}", file=sys.stderr)

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, name, arguments, **pipes):
        log = open(self.path(f"{name}.log"), "ab")
        process = subprocess.Popen(arguments, stderr=log, **{"stdin": subprocess.DEVNULL, "stdout": log, **pipes}, preexec_fn=end_with_parent)
        log.close()
        self.processes.append(process)
        return process

    def run(self, *arguments, **options):
        """Runs to the end and returns the output's bytes."""
        done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **{"timeout": 2 * DEADLINE_S, **options})
        check(done.returncode == 0, f"{' '.join(arguments[:3])} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")
        return done.stdout

    # --- Redis ---

    def redis_start(self, keep=True):
        """With `keep` what was acknowledged outlives SIGKILL, and a new start is long enough loading it to be asked meanwhile."""
        self.redis = self.start("redis", ["redis-server", "--port", "0", "--unixsocket", self.socket, "--save", "", "--dir", self.folder,
                                          "--appendonly", "yes" if keep else "no", "--key-load-delay", "100",
                                          "--loading-process-events-interval-bytes", "1024"])
        self.redis_wait()

    def redis_wait(self):
        wait(self.redis_answers, "Redis")

    def redis_answers(self):
        try:
            return self.ask("PING") == b"PONG"
        except OSError:
            return False

    def redis_kill(self):
        self.redis.kill()
        self.redis.wait()

    def ask(self, *words):
        """One command on a connection of its own; a refusal is returned like a status."""
        command = b"*%d\r\n" % len(words)
        for word in words:
            word = word if isinstance(word, bytes) else str(word).encode()
            command += b"$%d\r\n%s\r\n" % (len(word), word)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.socket)
            connection.sendall(command)
            with connection.makefile("rb") as answers:
                return answer_read(answers)

    # --- Kafka ---

    def mock_start(self, *topics):
        """Topics as "NAME:PARTITIONS"."""
        self.mock = self.start("mock", [self.mock_broker, *topics], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.brokers = self.mock.stdout.readline().decode().strip()
        check(self.brokers, "the mock broker did not start")

    def mock_tell(self, word):
        self.mock.stdin.write(word.encode() + b"\n")
        self.mock.stdin.flush()
        check(self.mock.stdout.readline() == b"ok\n", f"the mock broker does not obey {word}")

    def kafka(self, verb):
        """Starts or stops the real one; its data and port stay the same."""
        self.kafka_folder = self.path("kafka")
        answer = self.run(os.path.join(self.source, KAFKA), verb, self.kafka_folder)
        if verb == "start":
            self.brokers = answer.decode().strip()

    def kafka_log(self):
        with open(os.path.join(self.kafka_folder, "broker.log")) as file:
            return file.read()

    def publish(self, topic, partition, messages, *options):
        """Sends each of `messages` (bytes, None for null) as it is, in their order."""
        kcat = ["kcat", "-P", "-b", self.brokers, "-t", topic, "-p", str(partition), "-X", "message.max.bytes=100000000", *options]
        for full, some in itertools.groupby(messages, bool):
            if full:
                self.publish_files(kcat, some)
                continue
            for message in some:  # kcat skips an empty file, but not a line of a key alone
                self.run(*kcat, "-K:", *([] if message is not None else ["-Z"]), input=b"key:\n")

    def publish_files(self, kcat, messages):
        files = []
        for message in messages:
            files.append(self.path(f"message-{len(files):04d}"))
            with open(files[-1], "wb") as file:
                file.write(message)
        self.run(*kcat, *files)
        for file in files:
            os.remove(file)

    def consume(self, topic):
        """All messages of a topic of JSON lines."""
        output = self.run("kcat", "-C", "-b", self.brokers, "-t", topic, "-e", "-q", "-X", "receive.message.max.bytes=200000000")
        return [json.loads(line) for line in output.splitlines()]

    # --- moneytrail ---

    def worker(self, *options):
        self.workers += 1
        name = f"worker-{self.workers}"
        process = self.start(name, [self.moneytrail, "trace-worker", "--brokers", self.brokers, "--redis", self.socket, "--secret-file",
                                    self.path("key"), "--name", name, "--retention", "3660d", "--lateness", "3660d", *options])
        return Worker(process, self.path(f"{name}.log"))

    def done(self):
        """Messages marked done: the smallest marker over the shards, all partitions together."""
        markers = {}
        for shard in range(SHARDS):
            words = self.ask("HGETALL", "{mt:%03d}:m" % shard)
            for partition, offset in zip(words[::2], words[1::2]):
                markers.setdefault(partition, []).append(int(offset))
        return sum(min(offsets) for offsets in markers.values())

    def to_do(self):
        """Looks on to-do lists: the most of any shard, all partitions together."""
        return max(sum(self.ask("ZCARD", "{mt:%03d}:todo:%d" % (shard, partition)) for partition in range(2)) for shard in range(SHARDS))

    def reported(self, number, field):
        """What worker `number` last reported of itself; 0 before it has."""
        return int(self.ask("HGET", f"mt:worker:worker-{number}", field) or 0)

    def findings(self):
        """The final findings as sorted JSON lines."""
        return sorted(self.run(self.moneytrail, "alerts", "--redis", self.socket, "--json", "--final").splitlines())

    # --- a stream, and what must come of it ---

    def begin(self, *options, keep=True):
        """Redis, the mock broker, a sample, and a worker with these options."""
        self.redis_start(keep)
        self.mock_start("transfers:2", "accounts:1", "alerts:1", "transfers.rejected:1")
        self.sample_make()
        return self.worker(*options).ready()

    def sample_make(self, *options):
        """A generated stream, and the findings that `scan` has in it with these options."""
        sample, secret = self.path("sample.csv"), ["--secret-file", self.path("key"), *options]
        self.run(self.moneytrail, "generate", "--transfers", str(SAMPLE), "--chains", "6", "--round-trips", "4", "--seed", "7", "--out",
                 sample)
        lines = self.run(self.moneytrail, "scan", sample, "--mapping", "moneytrail", "--json", *secret).splitlines()
        check(len(lines) >= 10, "the sample has no findings")
        self.scanned = sorted(lines)

    def stream_start(self, rate=RATE):
        self.stream = self.start("replay", [self.moneytrail, "replay", self.path("sample.csv"), "--mapping", "moneytrail", "--brokers",
                                            self.brokers, "--secret-file", self.path("key"), "--rate", str(rate)])

    def flows(self, count):
        wait(lambda: self.done() >= count, f"{count} messages to be done")

    def stream_sent(self):
        """The messages that the stream came to, when all of it is published."""
        check(exit_code(self.stream, "replay") == 0, "the stream was not published")
        with open(self.path("replay.log")) as file:
            return int(re.search(r"in (\d+) messages", file.read()).group(1))

    def stream_check(self, *workers):
        """Everything published is done, by workers that still run, and the findings are those of `scan`."""
        sent = self.stream_sent()
        wait(lambda: self.done() >= sent and self.to_do() == 0 or not all(worker.runs() for worker in workers), f"{sent} messages to be done")
        check(all(worker.runs() for worker in workers), "a worker ended")
        findings = self.findings()
        differ = len(set(findings) ^ set(self.scanned))
        check(findings == self.scanned, f"{differ} of {len(self.scanned)} findings differ from those of scan")
        return f"{sent} messages, {len(findings)} findings, byte for byte those of scan"


def kafka_or_skip():
    """Ends the test as skipped where the real Kafka cannot be had."""
    if subprocess.run([os.path.join(sys.argv[3], KAFKA), "fetch"], capture_output=True).returncode != 0:
        print("skipped: no Kafka")
        sys.exit(77)


def main(cases):
    """Runs the cases, functions of a stage, each on one of its own; the command line has what a Stage takes, then perhaps one's name."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for case in cases:
        if sys.argv[4:] not in ([], [case.__name__]):
            continue
        try:
            with Stage(*sys.argv[1:4]) as stage:
                words = case(stage)
        except Failed as failed:
            print(f"FAILED: {case.__name__}: {failed}")
            sys.exit(1)
        print(f"{case.__name__}: {words}", flush=True)
