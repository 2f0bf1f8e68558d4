/** A private root whose sets are generated, made anew for each case. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { type Generated, generate } from '../../sets/generate.ts';
import { type Located, locate } from '../../system/locate.ts';
import { type Desk, makeDesk } from '../commands/kit.ts';
import type { RootDeclaration } from '../testbed/declaration.ts';

export const names = ['a', 'b', 'c', 'd', 'e'];
export const everything: RootDeclaration = {
  observability: false,
  ebuilds: Object.fromEntries(names.map(name => [`app/${name}-1`, { IUSE: 'x' }])),
  installed: Object.fromEntries(names.map(name => [`app/${name}-1`, { repository: 'testbed' }])),
};

export let desk: Desk;
export let located: Located;

export function useDesk(): void {
  afterEach(() => desk.root.remove());
}

export async function at(declaration: RootDeclaration): Promise<void> {
  desk = await makeDesk({ ...everything, ...declaration });
  located = locate(desk.environment);
}

export function source(name: string, text: string | undefined): void {
  const path = join(desk.root.directory, 'etc/portage/sets', name);
  mkdirSync(dirname(path), { recursive: true });
  if (text === undefined) rmSync(path);
  else writeFileSync(path, text);
}

export function generated(): Record<string, string[]> {
  const directory = join(desk.root.directory, 'var/lib/tumpline/sets/generated');
  return Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map(name => [name, readFileSync(join(directory, name), 'utf8').trim().split('\n').slice(1)]),
  );
}

export const renew = (): Promise<Generated> => generate(located, { environment: desk.environment });

/** What plain `emerge --depclean -p` would remove, or why it stopped. */
export async function cleaned(): Promise<string[] | string> {
  const { stdout, stderr, exitCode } = await desk.root.emerge(['--depclean', '-p', '--color=n']);
  if (exitCode !== 0)
    return /no sets to satisfy[^.\n]*|set.*not.*found|missing.*set/i.exec(stdout + stderr)?.[0] ?? stderr;
  return [...stdout.matchAll(/^ (app\/\w+)$/gm)].map(([, name]) => name ?? '').sort();
}

export function on(said = ''): void {
  const { status, stderr } = desk.tumpline(['enable', 'sets']);
  expect({ status, stderr: stderr.replaceAll(`${desk.root.directory}/`, '') }).toEqual({
    status: 0,
    stderr: said,
  });
}
