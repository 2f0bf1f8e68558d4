"""Runs emerge with its painter in a terminal of its own, one step after the other, and takes down every frame.

Reads {argv, env, cwd, rows, columns, gates, builds, order, afresh, timeout} as JSON. Each build waits in the folder `gates`: it
makes NAME.waiting and goes on when NAME.open is there. The first one in `order` is let go only when all that runs waits
and is seen to wait, so that every run goes through the same states. With `afresh` the terminal becomes another size
before that and is given its own again: a picture depends on the one before it, and which were drawn in between is a
matter of time. Says {frames, fresh, steps, ends, output, code} as JSON: the frames as the painter wrote them in the
terminal's own size, line by line, the places of those that were drawn without one before them, and of those that stood
before each step, and how much of the output had come then."""
import fcntl
import glob
import json
import os
import pty
import re
import select
import struct
import sys
import termios
import time

spec = json.load(sys.stdin)
still = 0.6
painted = re.compile(rb"\x1b\[\?2026h[^?]*?\x1b7\x1b\[1;(\d+)r(.*?)\x1b8\x1b\[\?2026l", re.S)
row = re.compile(r"\x1b\[\d+;1H\x1b\[m(.*?)\x1b\[m\x1b\[K", re.S)
colour = re.compile(r"\x1b\[[0-9;]*m")
changing = re.compile(r"\d+[mh]\d\d|load [\d.]+")



def resize(descriptor, rows):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, spec["columns"], 0, 0))


pid, terminal = pty.fork()
if pid == 0:
    resize(0, spec["rows"])
    os.chdir(spec["cwd"])
    os.execve(spec["argv"][0], spec["argv"], spec["env"])

output, read_to, frames, fresh, steps, ends = b"", 0, [], [], [], []
# the last row above the picture: at first, and now
usual = top = None
away = renewed = False
end = time.monotonic() + spec["timeout"]
seen, since = None, time.monotonic()


def waiting():
    """In merge order, without those that have been let go."""
    names = [os.path.basename(path)[:-8] for path in glob.glob(spec["gates"] + "/*.waiting")]
    held = [name for name in names if not os.path.exists(f"{spec['gates']}/{name}.open")]
    return sorted(held, key=spec["order"].index)


def standing():
    """What would change if anything went on; None while something does."""
    held = waiting()
    builds = [path for path in glob.glob(spec["builds"] + "/*/*") if os.path.isdir(path)]
    text = changing.sub("", colour.sub("", "\n".join(frames[-1]))) if frames else ""
    shown = f" {len(held)} running " in text and text.count(" compile ") == len(held)
    # Portage merges only when nothing is built any more (FEATURES=merge-wait)
    built = re.search(r" (\d+) to merge", text)
    known = len(held) + (int(built[1]) if built else 0)
    return (held, text) if held and len(builds) == known and shown else None


while time.monotonic() < end:
    if select.select([terminal], [], [], 0.05)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            piece = b""
        if not piece:
            break
        output += piece
        for found in painted.finditer(output, read_to):
            read_to, before, top = found.end(), top, int(found[1])
            usual = usual or top
            if top != usual:
                continue
            if before != usual:
                fresh.append(len(frames))
            frames.append(row.findall(found[2].decode()))
    if away:
        if top != usual:
            resize(terminal, spec["rows"])
            away, renewed = False, True
        continue
    now = standing() if top == usual else None
    if top == usual and now is None:
        renewed = False
    if now is None or now != seen:
        seen, since = now, time.monotonic()
    elif time.monotonic() < since + still:
        continue
    elif spec["afresh"] and not renewed:
        resize(terminal, spec["rows"] + 2)
        away = True
    else:
        steps.append(len(frames) - 1)
        ends.append(len(output[:read_to].decode(errors="replace")))
        open(f"{spec['gates']}/{now[0][0]}.open", "w").close()
        seen, renewed = None, False
late = time.monotonic() >= end
if late:
    # its builds hear of it from the terminal
    os.close(terminal)
_, status = os.waitpid(pid, 0)
code = None if late else os.waitstatus_to_exitcode(status)
seen = {"frames": frames, "fresh": fresh, "steps": steps, "ends": ends}
print(json.dumps({**seen, "output": output.decode(errors="replace"), "code": code}))
