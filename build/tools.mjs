// The programs that the tests drive beside Node, Python and git; brought by the package manager where that may be asked.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** program -> Debian's package */
const programs = {
  tmux: 'tmux',
  script: 'bsdutils',
  shellcheck: 'shellcheck',
  dash: 'dash',
  busybox: 'busybox',
  bwrap: 'bubblewrap',
  ps: 'procps',
  mount: 'mount',
  groff: 'groff',
  fish: 'fish',
  zsh: 'zsh',
  dot: 'graphviz',
  rsync: 'rsync',
  distcc: 'distcc',
  distccd: 'distcc',
  ccache: 'ccache',
  strace: 'strace',
};

function isThere(program) {
  return (process.env.PATH ?? '').split(':').some(directory => {
    try {
      accessSync(join(directory || '.', program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Installs what is missing with apt-get, as root only. Returns the programs that are missing still. */
export function ensureTools() {
  const missing = () => Object.keys(programs).filter(program => !isThere(program));
  const before = missing();
  if (before.length === 0 || process.getuid?.() !== 0 || !isThere('apt-get')) return before;
  const packages = [...new Set(before.map(program => programs[program]))];
  process.stderr.write(`installing ${packages.join(' ')} …\n`);
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  spawnSync('apt-get', ['update', '-qq'], options);
  spawnSync('apt-get', ['install', '-y', '-qq', ...packages], options);
  return missing();
}

if (process.argv[1] === import.meta.filename) {
  const missing = ensureTools();
  if (missing.length > 0) process.stderr.write(`missing: ${missing.join(' ')}\n`);
}
