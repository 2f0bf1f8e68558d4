/** A small tree with a make.conf, and one piece of each kind for it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { FilePiece, LinePiece, LinkPiece, Piece } from '../../system/enable/pieces.ts';
import { Fault } from '../../system/fault.ts';
import { type Places, places } from '../../system/places.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tumpline-enable-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
export interface Stage {
  directory: string;
  places: Places;
  link: LinkPiece;
  line: LinePiece;
  file: FilePiece;
  pieces: Piece[];
}

let count = 0;
export function stage(text: string | undefined = 'A="b"\n'): Stage {
  count += 1;
  const directory = join(scratch, String(count));
  mkdirSync(join(directory, 'etc/portage'), { recursive: true });
  mkdirSync(join(directory, 'usr/bin'), { recursive: true });
  const conf = join(directory, 'etc/portage/make.conf');
  if (text !== undefined) writeFileSync(conf, text);
  const link: LinkPiece = {
    kind: 'link',
    path: join(directory, 'usr/local/bin/emerge'),
    target: '/opt/t/bin/emerge',
  };
  const line: LinePiece = {
    kind: 'line',
    path: conf,
    line: 'X="y"  # ours: new',
    mark: '# ours:',
    earlier: ['X=y # ours: old'],
  };
  const file: FilePiece = {
    kind: 'file',
    path: join(directory, 'etc/portage/d/zz'),
    text: 'neü\n',
    earlier: ['alt\n'],
  };
  const roots = { eprefix: directory, configRoot: directory, root: '/' };
  return { directory, places: places(roots, {}), link, line, file, pieces: [link, line, file] };
}

/** The Fault in which the work ends. */
export async function faultOf(work: () => Promise<unknown>): Promise<Fault> {
  const error = await work().then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(Fault);
  return error as Fault;
}
