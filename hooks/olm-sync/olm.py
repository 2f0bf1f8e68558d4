"""Starts olm(1) for one repository. Where that is installed stands in the file `installation` beside this one."""

import json
import logging
import os
import sys

import portage
from portage.sync.syncbase import SyncBase
from portage.util import writemsg_level

from . import NAME

CHANGED = 10


def complain(text):
    writemsg_level(f"!!! olm: {text}\n", level=logging.ERROR, noiselevel=-1)
    return (1, False)


class OlmSync(SyncBase):
    """Keeps a repository that holds single packages of an overlay"""

    short_desc = "Perform sync operations on repositories that olm makes"

    @staticmethod
    def name():
        return "OlmSync"

    def __init__(self):
        SyncBase.__init__(self, None, None)

    def exists(self, **kwargs):
        if kwargs:
            self._kwargs(kwargs)
        return bool(self.repo) and os.path.isdir(os.path.join(self.repo.location, "profiles"))

    def new(self, **kwargs):
        return self.sync(**kwargs)

    def sync(self, **kwargs):
        if kwargs:
            self._kwargs(kwargs)
        found = NAME.fullmatch(self.repo.sync_uri)
        if not found:
            return complain(f"{self.repo.name}: sync-uri = {self.repo.sync_uri}: it has to be olm:OVERLAY")
        with open(os.path.join(os.path.dirname(__file__), "installation"), encoding="utf-8") as file:
            olm = os.path.join(file.read().rstrip("\n"), "bin/olm")
        if not os.access(olm, os.X_OK):
            return complain(
                f"{olm} is not there any more: {self.repo.name} stays as it is until 'tumpline enable olm'"
                " has been run out of the tumpline that is there now"
            )
        command = [olm, "sync", found.group(1), "--portage"]
        for option, variable in (("prefix", "EPREFIX"), ("root", "ROOT"), ("config-root", "PORTAGE_CONFIGROOT")):
            command += [f"--{option}", self.settings[variable] or "/"]
        code = portage.process.spawn(command, **self._how())
        return (0, code == CHANGED) if code in (0, CHANGED) else (code, False)

    def _how(self):
        how = {**self.spawn_kwargs, "env": self._environment()}
        published = os.path.dirname(os.path.realpath(self.repo.location))
        if "uid" in how and os.stat(published).st_uid != how["uid"]:
            # olm hands it over to sync-user, which only root can, and goes on as that user
            for key in ("uid", "gid", "groups"):
                how.pop(key, None)
        return how

    def _environment(self):
        """What Portage itself was started with: its settings are variables too, and would be read as the caller's."""
        settings = self.spawn_kwargs["env"]
        env = dict(os.environ)
        for key, value in settings.items():
            if key in ("PATH", "HOME", "LOGNAME") or key.lower().endswith("_proxy"):
                env[key] = value
        # beside emaint, or, where those are started by scripts beside Python, there
        for program in (os.path.abspath(sys.argv[0]), sys.executable):
            emerge = os.path.join(os.path.dirname(program), "emerge")
            if os.access(emerge, os.X_OK):
                with open(emerge, "rb") as file:
                    if b"/env " not in file.readline(100):
                        env["TUMPLINE_EMERGE"] = emerge
                        break
        return env

    def retrieve_head(self, **kwargs):
        if kwargs:
            self._kwargs(kwargs)
        try:
            with open(os.path.realpath(self.repo.location) + ".json", encoding="utf-8") as file:
                return (os.EX_OK, str(json.load(file)["revision"]))
        except (OSError, ValueError, KeyError, TypeError):
            return (1, False)
