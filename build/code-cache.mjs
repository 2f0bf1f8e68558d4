// What V8 makes of the front of sets: kept beside it, so that it is not made anew before each call that names a set.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A system of one set, whose check passes through what most checks need. */
const system = {
  'usr/bin/emerge': '#!/usr/bin/python3\n',
  'usr/share/portage/config/sets/portage.conf':
    '[usersets]\nclass = portage.sets.files.StaticFileSet\nmultiset = true\n' +
    'directory = %(PORTAGE_CONFIGROOT)setc/portage/sets\nworld-candidate = true\n\n' +
    '[selected]\nclass = portage.sets.files.SelectedSet\n',
  'etc/portage/make.conf': 'USE="a b"\n',
  'etc/portage/repos.conf': '[DEFAULT]\nmain-repo = r\n\n[r]\nlocation = %(EPREFIX)s/repo\n',
  'etc/portage/sets/one': '# one\ncat/name\ncat/name-b:2\n>=cat/name-c-1.2-r1\n@two\n',
  'etc/portage/sets/two': 'cat/other\n',
  'repo/profiles/repo_name': 'r\n',
  'repo/metadata/layout.conf': 'masters =\n',
  'var/lib/portage/world_sets': '@two\n',
};

/** Loaded before the launcher: keeps the script that it makes, and writes down what V8 has compiled at the end. */
function recorder(file) {
  return `const vm = require('node:vm');
let kept;
vm.Script = class extends vm.Script {
  constructor(...given) {
    super(...given);
    kept ??= this;
  }
};
process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(file)}, kept.createCachedData()));
`;
}

/** Writes lib/tumpline/sets-front-VERSION-ARCH.v8 of the tree, for the Node that builds. */
export function keepCompiled(tree) {
  const lib = join(tree, 'lib/tumpline');
  const scratch = mkdtempSync(join(tmpdir(), 'tumpline-build-'));
  try {
    const root = join(scratch, 'root');
    for (const [name, text] of Object.entries(system)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    const [record, made] = [join(scratch, 'record.cjs'), join(scratch, 'made')];
    writeFileSync(record, recorder(made));
    const emerge = join(root, 'usr/bin/emerge');
    // whatever Node is told in NODE_OPTIONS changes what V8 takes
    const env = { PATH: process.env.PATH, HOME: scratch, PORTAGE_OVERRIDE_EPREFIX: root };
    const options = { env, stdio: ['ignore', 'ignore', 'inherit'] };
    // the second time there is a stamp
    for (const call of [
      ['--stale', emerge, '-p', 'cat/name'],
      [emerge, '-p', '@one'],
    ])
      execFileSync(process.execPath, ['-r', record, join(lib, 'sets.cjs'), ...call], options);
    writeFileSync(
      join(lib, `sets-front-${process.version}-${process.arch}.v8`),
      Buffer.concat([readFileSync(made), readFileSync(join(lib, 'sets-front.cjs'))]),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
