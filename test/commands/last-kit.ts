/** Runs that break, through the front on a terminal, and what `tumpline graph` says of them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import type { GraphDocument } from '../../wrappers/emerge/graph-document.ts';
import { emerge } from '../kit/environment.ts';
import type { RootDeclaration } from '../testbed/declaration.ts';
import { rootWith as keptRoot } from '../testbed/kept-roots.ts';
import type { Root } from '../testbed/root.ts';
import { builtTree } from './built.ts';

/** Dies until the file `mended` is there. */
export const breaks = (phase: string) => `src_${phase}() {
	[[ -e "\${EPREFIX}/mended" ]] && return
	echo "main.c: In function 'main':"
	echo "main.c:12:5: error: implicit declaration of function 'frobnicate'"
	echo "make: *** [Makefile:10: main.o] Error 1"
	die "emake failed"
}`;

export const ebuilds = {
  'app-misc/broken-1': { phases: breaks('compile') },
  'app-misc/needs-1': { DEPEND: 'app-misc/broken' },
  'app-misc/top-1': { RDEPEND: 'app-misc/needs app-misc/free' },
  'app-misc/free-1': {},
};

export let tree = '';
beforeAll(async () => {
  tree = await builtTree();
});

/** A root with these ebuilds, unless others are declared. */
export function rootWith(declaration: RootDeclaration): Promise<Root> {
  return keptRoot({ ebuilds, ...declaration });
}

/** A run through the front, on a terminal. */
export async function onTerminal(root: Root, words: string, more = ''): Promise<number | undefined> {
  const script = join(root.directory, 'merge.sh');
  writeFileSync(script, `stty rows 40 columns 120\n${more}'${tree}/bin/emerge' ${words}\n`);
  const env = { TUMPLINE_EMERGE: emerge, TERM: 'xterm', SHELL: '/bin/sh' };
  const { exitCode } = await root.run('script', ['-qefc', `sh ${script}`, '/dev/null'], { env });
  return exitCode;
}

export async function graph(root: Root, ...args: string[]): Promise<string> {
  const env = { TUMPLINE_EMERGE: emerge, LANG: 'C.UTF-8' };
  const { stdout, stderr, exitCode } = await root.run(join(tree, 'bin/tumpline'), ['graph', ...args], {
    env,
  });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return stdout;
}

export async function document(root: Root): Promise<GraphDocument> {
  return JSON.parse(await graph(root, '--last', '--format=json')) as GraphDocument;
}

export function statesOf({ nodes }: GraphDocument): Record<string, string> {
  return Object.fromEntries(nodes.map(({ cpv, state }) => [cpv.replace(/^app-misc\/(.*)-1$/, '$1'), state]));
}

export function commandsOf(text: string): string[] {
  const at = text.indexOf('\nto go on:\n');
  if (at === -1) return [];
  const lines = text
    .slice(at + 11)
    .trimEnd()
    .split('\n');
  return lines.map(line => line.trim().replace(/ {3,}.*/, ''));
}

/** Types a command of the text, with the real emerge in place of the word. */
export async function type(root: Root, command: string) {
  return root.run('sh', ['-c', command.replace(/^emerge /, `'${emerge}' `)]);
}
