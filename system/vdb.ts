/** Reads the installed packages of a root. Everything that is not a sound entry is passed over. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseCpv } from '../portage/cpv.ts';
import {
  type InstalledPackage,
  installedPackage,
  parseVdbMetadata,
  type VdbField,
  vdbFields,
} from '../portage/files/vdb.ts';

const categoryName = /^\w[\w.+-]*$/;
const excluded = new Set(['CVS', 'lost+found']);

/** `directory` is EROOT/var/db/pkg. Sorted; empty where there is no VDB. */
export async function installedCpvs(directory: string): Promise<string[]> {
  return list(directory).sort();
}

/** Undefined where the package is not installed or has no readable field. */
export async function readInstalled(directory: string, cpv: string): Promise<InstalledPackage | undefined> {
  if (!parseCpv(cpv)) return undefined;
  return withoutTraces(() => read(directory, cpv, vdbFields));
}

/** Every installed version of `category/package`, at once: for a few packages. */
export function installedVersions(directory: string, cp: string): InstalledPackage[] {
  const [category = '', name = ''] = cp.split('/');
  return withoutTraces(() =>
    directories(join(directory, category)).flatMap(pf => {
      const cpv = pf.startsWith(name) ? parseCpv(`${category}/${pf}`) : undefined;
      return cpv?.cp === cp ? (read(directory, cpv.text, vdbFields) ?? []) : [];
    }),
  );
}

/**
 * Every installed package, sorted by cpv. `fields` are those that the caller will look at; what else a package has is
 * there only when it costs nothing.
 */
export async function readAllInstalled(
  directory: string,
  fields: readonly VdbField[] = vdbFields,
): Promise<InstalledPackage[]> {
  const found: InstalledPackage[] = [];
  // one small synchronous read after the other is several times cheaper than as many promises; the pauses let others in
  for (const [index, cpv] of list(directory).sort().entries()) {
    const installed = withoutTraces(() => read(directory, cpv, fields));
    if (installed) found.push(installed);
    if (index % 100 === 99) await new Promise(resolve => setImmediate(resolve));
  }
  return found;
}

function list(directory: string): string[] {
  const cpvs: string[] = [];
  for (const category of names(directory)) {
    if (!categoryName.test(category) || excluded.has(category)) continue;
    for (const name of directories(join(directory, category))) {
      // neither -MERGING- nor dot files
      if (parseCpv(`${category}/${name}`)) cpvs.push(`${category}/${name}`);
    }
  }
  return cpvs;
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function directories(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter(entry => !entry.isFile())
      .map(entry => entry.name);
  } catch {
    return [];
  }
}

function read(directory: string, cpv: string, fields: readonly VdbField[]): InstalledPackage | undefined {
  const path = `${directory}/${cpv}`;
  const values = metadata(path) ?? singleFiles(path, fields);
  return values && installedPackage(cpv, values).value;
}

function metadata(path: string): ReadonlyMap<string, string> | undefined {
  try {
    const text = smallFile(`${path}/metadata`);
    return text === undefined ? undefined : parseVdbMetadata(text, statSync(path, { bigint: true }).mtimeNs);
  } catch {
    return undefined;
  }
}

function singleFiles(path: string, fields: readonly VdbField[]): Map<string, string> | undefined {
  const there = new Set(names(path));
  const values = new Map<string, string>();
  for (const field of fields) {
    const text = there.has(field) ? smallFile(`${path}/${field}`) : undefined;
    if (text !== undefined) values.set(field, text);
  }
  return values.size > 0 ? values : undefined;
}

/** A field of a package is small; something huge or no regular file is rubbish. */
function smallFile(path: string): string | undefined {
  try {
    // a fifo would wait for a writer
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = fstatSync(file);
      return status.isFile() && status.size < 1 << 20 ? readFileSync(file, 'utf8') : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** A missing file is usual here, and the trace of its error costs more than the look. */
function withoutTraces<T>(action: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return action();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
