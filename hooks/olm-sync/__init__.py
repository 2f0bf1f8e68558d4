"""sync-type = olm in repos.conf: a repository made of single packages out of an overlay, kept by tumpline's olm(1)."""

import re

from portage.sync.config_checks import CheckSyncConfig
from portage.util import writemsg_level

NAME = re.compile(r"olm:([A-Za-z0-9_][A-Za-z0-9_-]*)")


class CheckOlmConfig(CheckSyncConfig):
    def __init__(self, repo=None, logger=None):
        CheckSyncConfig.__init__(self, repo, logger)
        self.checks.append("check_name")

    def check_name(self):
        uri = self.repo.sync_uri
        if uri is not None and not NAME.fullmatch(uri):
            writemsg_level(
                f"!!! Repository '{self.repo.name}': sync-uri = {uri}: sync-type olm wants olm:OVERLAY there\n",
                level=self.logger.ERROR,
                noiselevel=-1,
            )


module_spec = {
    "name": "olm",
    "description": __doc__,
    "provides": {
        "olm-module": {
            "name": "olm",
            "sourcefile": "olm",
            "class": "OlmSync",
            "description": __doc__,
            "functions": ["sync", "new", "exists", "retrieve_head"],
            "func_desc": {
                "sync": "Makes the repository anew out of what its overlay has now",
                "new": "The same as sync",
                "exists": "Whether there is a repository at the location",
                "retrieve_head": "Returns the overlay's commit that the repository was made of",
            },
            "validate_config": CheckOlmConfig,
            "module_specific_options": (),
        }
    },
}
