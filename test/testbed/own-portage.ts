/** A Portage of a test's own, so that something may be installed into its Python: a copy of the one that all share. */
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { emerge as shared, python as sharedPython } from '../kit/environment.ts';
import { copyTree } from './template.ts';

export interface OwnPortage {
  readonly emerge: string;
  readonly emaint: string;
  readonly python: string;
  /** The site-packages of its Python. */
  readonly packages: string;
  /** Where it looks for sync modules. */
  readonly modules: string;
}

function site(venv: string): string {
  const [version = ''] = readdirSync(join(venv, 'lib')).filter(name => /^python3\.\d+$/.test(name));
  return join('lib', version, 'site-packages');
}

/** Whether the shared Portage is one that can be copied: a venv. Else the machine's own is used, into which nothing is put. */
export function isCopyable(): boolean {
  return sharedPython === join(dirname(shared), 'python3');
}

/** Makes it in `folder`, which must not exist. About 17 MB. */
export function copyPortage(folder: string): OwnPortage {
  const from = dirname(dirname(shared));
  const packages = site(from);
  mkdirSync(join(folder, packages), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  for (const name of readdirSync(join(from, packages)).filter(name => /^(portage|_emerge)/.test(name)))
    copyTree(join(from, packages, name), join(folder, packages, name));
  copyTree(join(from, 'lib/portage'), join(folder, 'lib/portage'));
  cpSync(join(from, 'pyvenv.cfg'), join(folder, 'pyvenv.cfg'));
  symlinkSync(join(from, 'share'), join(folder, 'share'));
  const python = join(folder, 'bin/python3');
  symlinkSync(realpathSync(sharedPython), python);
  for (const name of ['emerge', 'emaint', 'portageq', 'ebuild', 'egencache']) {
    const text = readFileSync(join(from, 'bin', name), 'utf8');
    writeFileSync(join(folder, 'bin', name), text.replace(/^#!.*/, `#!${python}`), { mode: 0o755 });
  }
  return {
    emerge: join(folder, 'bin/emerge'),
    emaint: join(folder, 'bin/emaint'),
    python,
    packages: join(folder, packages),
    modules: join(folder, packages, 'portage/sync/modules'),
  };
}
