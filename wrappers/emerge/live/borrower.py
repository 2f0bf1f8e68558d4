"""Tells when a program takes the terminal for itself, as pagers and editors do: it then reads key by key (no ICANON).

borrower.py FD: prints `taken` or `free` at first and whenever it changes, until stdin ends. There it is told `+` when a
picture stands and `-` when none does. A picture that stood when the terminal was taken comes back with the screen that
such a program restores when it leaves: it is erased at once, before anybody prints over it.
"""

import fcntl
import os
import select
import signal
import struct
import sys
import termios

CALM = 0.1
# what is printed next may come two milliseconds after the program's last word
KEEN = 0.0005


def hurry(quickly):
    """While somebody reads a page, nothing must come between its end and us; without the rights for that, so be it."""
    try:
        policy = os.SCHED_RR if quickly else os.SCHED_OTHER
        os.sched_setscheduler(0, policy, os.sched_param(1 if quickly else 0))
    except (OSError, AttributeError):
        pass


def main():
    terminal = int(sys.argv[1])
    # a stop that comes after the CONT of a quick fg would be for ever
    for name in ("SIGINT", "SIGQUIT", "SIGTSTP", "SIGTTOU"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    settings, flags = bytearray(64), struct.Struct("4I").unpack_from
    taken, covered, shown, watched = None, False, False, True
    while watched or covered:
        # cheaper than tcgetattr; the fourth word is c_lflag
        fcntl.ioctl(terminal, termios.TCGETS, settings)
        now = not flags(settings)[3] & termios.ICANON
        if now != taken:
            taken = now
            if covered:
                os.write(terminal, b"\0337\033[r\0338\033[J")
            if covered != (taken and shown):
                covered = not covered
                hurry(covered)
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
