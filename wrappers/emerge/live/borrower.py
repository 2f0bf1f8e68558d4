"""Tells when a program takes the terminal for itself, as pagers and editors do: it then reads key by key (no ICANON).

borrower.py FD: prints `taken` or `free` at first and whenever it changes, until stdin ends. There it is told `+` when a
picture stands and `-` when none does. A picture that stood when the terminal was taken comes back with the screen that
such a program restores when it leaves: it is erased at once, before anybody prints over it. So is one whose terminal
changes its size, as that takes the margins away.
"""

import fcntl
import os
import select
import signal
import struct
import sys
import termios

CALM = 0.2
# what is printed next may come two milliseconds after the program's last word
KEEN = 0.0005
# full margins, nothing below the cursor
ERASE = b"\0337\033[r\0338\033[J"


def hurry():
    """Nothing must come between what happens and us; without the rights for that, so be it."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except (OSError, AttributeError):
        pass


def size_of(terminal):
    return fcntl.ioctl(terminal, termios.TIOCGWINSZ, bytes(8))


def main():
    terminal = int(sys.argv[1])
    taken, covered, shown, watched = None, False, False, True
    # a stop that comes after the CONT of a quick fg would be for ever
    for name in ("SIGINT", "SIGQUIT", "SIGTSTP", "SIGTTOU"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    hurry()
    size = size_of(terminal)

    def resized(_signal, _frame):
        nonlocal size
        before, size = size, size_of(terminal)
        if shown and size != before:
            os.write(terminal, ERASE)

    signal.signal(signal.SIGWINCH, resized)
    settings, flags = bytearray(64), struct.Struct("4I").unpack_from
    while watched or covered:
        # cheaper than tcgetattr; the fourth word is c_lflag
        fcntl.ioctl(terminal, termios.TCGETS, settings)
        now = not flags(settings)[3] & termios.ICANON
        if now != taken:
            taken = now
            if covered:
                os.write(terminal, ERASE)
            covered = taken and shown
            if watched:
                os.write(1, b"taken\n" if taken else b"free\n")
        if select.select([0] if watched else [], [], [], KEEN if covered else CALM)[0]:
            told = os.read(0, 64)
            watched = bool(told)
            shown = told.endswith(b"+") if told else shown


try:
    main()
except (OSError, termios.error):
    # the terminal or the painter is gone
    pass
