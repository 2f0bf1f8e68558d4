"""A program in a terminal of its own, for an emulator to hold: what it prints goes to stdout as it is. Reads JSON lines:
first {argv, env, cwd, rows, columns}, answered on stderr by {pid, device}; then any of {text} to type, {rows, columns}
for a new size, {stall} in seconds, in which nothing is read from the terminal. Ends with stdin."""
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

spec = json.loads(sys.stdin.buffer.raw.readline())
master, slave = pty.openpty()


def resize(size):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", size["rows"], size["columns"], 0, 0))


resize(spec)
pid = os.fork()
if pid == 0:
    os.close(master)
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for standard in range(3):
        os.dup2(slave, standard)
    os.close(slave)
    os.chdir(spec["cwd"])
    os.execvpe(spec["argv"][0], spec["argv"], spec["env"])
print(json.dumps({"pid": pid, "device": os.ttyname(slave)}), file=sys.stderr, flush=True)
os.close(slave)
pending, stalled = b"", 0
while True:
    now = time.monotonic()
    left = stalled - now
    ready = select.select([0], [], [], left)[0] if left > 0 else select.select([0, master], [], [])[0]
    if master in ready:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        os.write(1, piece)
    if 0 in ready:
        piece = os.read(0, 65536)
        if not piece:
            break
        *lines, pending = (pending + piece).split(b"\n")
        for line in lines:
            todo = json.loads(line)
            if "text" in todo:
                os.write(master, todo["text"].encode())
            if "rows" in todo:
                resize(todo)
            if "stall" in todo:
                stalled = time.monotonic() + todo["stall"]
# closing the terminal hangs up on what runs in it
os.close(master)
try:
    os.kill(pid, signal.SIGHUP)
    os.waitpid(pid, 0)
except OSError:
    pass
