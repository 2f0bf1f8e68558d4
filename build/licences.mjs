// The notices of every library that went into a bundle, read from the bundler's own list of inputs.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { top } from './bootstrap.mjs';

/** Text of lib/tumpline/LICENSES: name, version, SPDX id and notice of each bundled package. */
export function licences(metafiles) {
  const packages = new Set();
  for (const metafile of metafiles) {
    for (const input of Object.keys(metafile.inputs)) {
      const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (found) packages.add(found[1]);
    }
  }
  const parts = [readFileSync(join(top, 'COPYING'), 'utf8')];
  for (const directory of [...packages].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(top, directory, 'package.json'), 'utf8'));
    const notice = readdirSync(join(top, directory)).find(file => /^(licen[cs]e|copying|notice)/i.test(file));
    const path = notice && join(top, directory, notice);
    const text =
      path && existsSync(path) ? readFileSync(path, 'utf8') : 'The package carries no notice file.';
    parts.push(`${name} ${version} (${license})\n\n${text}`);
  }
  return parts.join(`\n${'-'.repeat(72)}\n\n`);
}
