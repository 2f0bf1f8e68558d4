/** The files that a path in Portage's configuration stands for, in the orders in which Portage reads them. */
import { type Dirent, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errnoOf, fileFault, statIfPresent } from './files.ts';

const versionControl = new Set(['CVS', 'RCS', 'SCCS', '.bzr', '.git', '.hg', '.svn']);

function passedOver(name: string): boolean {
  return name.startsWith('.') || name.endsWith('~');
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return [];
    throw fileFault(error, directory);
  }
}

/** By code point, as Python sorts. */
function inOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** portage.util._recursive_file_list: a file, or all below a directory, files and directories sorted together. */
export function configFiles(path: string): string[] {
  const found = statIfPresent(path);
  if (found === undefined) return [];
  const name = basename(path);
  if (!found.isDirectory()) return found.isFile() && !passedOver(name) ? [path] : [];
  if (versionControl.has(name) || passedOver(name)) return [];
  const children = entriesOf(path).map(entry => entry.name);
  return children.sort(inOrder).flatMap(child => configFiles(join(path, child)));
}

/** What os.walk makes of a directory: its own entries, those that are directories apart; links are not followed. */
function walked(directory: string): { files: string[]; directories: string[]; links: Set<string> } {
  const files: string[] = [];
  const directories: string[] = [];
  const links = new Set<string>();
  for (const entry of entriesOf(directory)) {
    const linked = entry.isSymbolicLink();
    const isDirectory = linked
      ? statIfPresent(join(directory, entry.name))?.isDirectory() === true
      : entry.isDirectory();
    if (linked && isDirectory) links.add(entry.name);
    (isDirectory ? directories : files).push(entry.name);
  }
  return { files, directories, links };
}

/** The files of one sets.conf, which may be a directory: portage._sets.load_default_config. */
export function setsConfFiles(path: string): string[] {
  const found = statIfPresent(path);
  if (found === undefined) return [];
  if (!found.isDirectory()) return found.isFile() ? [path] : [];
  const { files, directories, links } = walked(path);
  const here = files.sort(inOrder).filter(name => !passedOver(name));
  const below = directories.sort(inOrder);
  // as there: a directory behind one that is taken out of the list is not looked at
  for (let at = 0; at < below.length; at += 1) if (passedOver(below[at] ?? '')) below.splice(at, 1);
  return [
    ...here.map(name => join(path, name)),
    ...below.filter(name => !links.has(name)).flatMap(name => setsConfFiles(join(path, name))),
  ];
}

/** The files below a set directory, relative to it and in no order: portage._sets.files.StaticFileSet.multiBuilder. */
export function setDirectoryFiles(directory: string): string[] {
  const { files, directories, links } = walked(directory);
  const here = files.filter(name => !passedOver(name) && !name.endsWith('.metadata'));
  const below = directories.filter(
    name => !versionControl.has(name) && !passedOver(name) && !links.has(name),
  );
  return [
    ...here,
    ...below.flatMap(name => setDirectoryFiles(join(directory, name)).map(file => `${name}/${file}`)),
  ];
}
