"""Runs a program in a terminal of its own. Reads {argv, env, cwd, rows, columns, steps, timeout} as JSON, and says how
it ended as {output, code, signal, left}. A step waits until `after` (a regular expression) stands in the output that
came since the last step, or for `pause` seconds, and then sends `text` to the terminal or `signal` to the program."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

spec = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    size = struct.pack("HHHH", spec.get("rows", 24), spec.get("columns", 80), 0, 0)
    fcntl.ioctl(0, termios.TIOCSWINSZ, size)
    os.chdir(spec.get("cwd", "/"))
    os.execve(spec["argv"][0], spec["argv"], spec["env"])

output, seen, status = b"", 0, None
steps = list(spec.get("steps", []))
pending = time.monotonic()
end = time.monotonic() + spec.get("timeout", 60)


def step():
    global pending, seen
    if not steps:
        return
    after, pause = steps[0].get("after"), steps[0].get("pause", 0)
    if after is not None:
        found = re.search(after.encode(), output[seen:])
        if not found:
            pending = time.monotonic()
            return
    if time.monotonic() < pending + pause:
        return
    todo = steps.pop(0)
    seen, pending = len(output), time.monotonic()
    if "text" in todo:
        os.write(terminal, todo["text"].encode())
    if "signal" in todo:
        os.kill(pid, getattr(signal, todo["signal"]))


while time.monotonic() < end:
    if select.select([terminal], [], [], 0.02)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            piece = b""
        if not piece:
            break
        output += piece
    elif status is None:
        gone, status_now = os.waitpid(pid, os.WNOHANG)
        if gone:
            status = status_now
            # who still holds the terminal has been left behind
            end = min(end, time.monotonic() + spec.get("grace", 2))
    if status is None:
        step()
late = status is None and time.monotonic() >= end
if late:
    os.kill(pid, signal.SIGKILL)
if status is None:
    status = os.waitpid(pid, 0)[1]
killed = os.WIFSIGNALED(status)
print(
    json.dumps(
        {
            "output": output.decode("latin1"),
            "code": None if killed else os.WEXITSTATUS(status),
            "signal": signal.Signals(os.WTERMSIG(status)).name if killed else None,
            "late": late,
            "undone": len(steps),
        }
    )
)
