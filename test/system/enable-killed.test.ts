/** The process is killed right before each step in turn; then another one goes on. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { disablePieces, enablePieces } from '../../system/enable/enable.ts';
import { quick } from '../kit/environment.ts';
import { writeProgram } from '../kit/program.ts';
import { treeOf } from '../kit/tree.ts';
import { type Stage, stage } from './stage.ts';

let program: string;
beforeAll(async () => {
  program = join(stage().directory, 'victim.cjs');
  await writeProgram(
    `
        import { watchSteps } from './system/effects.ts';
        import { disablePieces, enablePieces } from './system/enable/enable.ts';
        import { places } from './system/places.ts';
        const { roots, pieces, verb, nth } = JSON.parse(process.argv[2]);
        const where = places(roots, {});
        let left = nth;
        watchSteps(() => { left -= 1; if (left === 0) process.kill(process.pid, 'SIGKILL'); });
        async function main() {
          if (verb === 'enable') await enablePieces(where, 'emerge', pieces);
          else disablePieces(where, 'emerge', pieces);
        }
        void main();`,
    program,
  );
});

/** Whether the process was killed; otherwise it has done all. */
function killedAt(made: Stage, verb: 'enable' | 'disable', nth: number): boolean {
  const roots = { eprefix: made.directory, configRoot: made.directory, root: '/' };
  const job = JSON.stringify({ roots, pieces: made.pieces, verb, nth });
  const { signal, status, stderr } = spawnSync(process.execPath, [program, job], { encoding: 'utf8' });
  if (signal === null) expect([status, stderr]).toEqual([0, '']);
  else expect(signal).toBe('SIGKILL');
  return signal === 'SIGKILL';
}

/** etc and usr: that var/lib was made may be forgotten when the process dies between making it and writing that down. */
function tree(made: Stage): string[] {
  return treeOf(made.directory, ['var', 'victim.cjs']);
}

const stride = quick ? 4 : 1;

test.each(['enable', 'disable'] as const)('killed at every step of %s', async verb => {
  let steps = 0;
  for (let nth = 1; ; nth += stride) {
    const made = stage('A="b"');
    const before = tree(made);
    await enablePieces(made.places, 'emerge', made.pieces);
    const enabled = tree(made);
    if (verb === 'enable') disablePieces(made.places, 'emerge', made.pieces);
    const killed = killedAt(made, verb, nth);
    if (killed) {
      steps += 1;
      // every second time enable goes on first, else disable at once
      if (nth % 2 === 0) {
        await enablePieces(made.places, 'emerge', made.pieces);
        expect(tree(made), `step ${nth}`).toEqual(enabled);
      }
      disablePieces(made.places, 'emerge', made.pieces);
      expect(tree(made), `step ${nth}`).toEqual(before);
      expect(
        treeOf(made.directory).filter(row => row.includes('tumpline')),
        `step ${nth}`,
      ).toEqual([]);
    } else {
      expect(tree(made)).toEqual(verb === 'enable' ? enabled : before);
      break;
    }
  }
  expect(steps).toBeGreaterThan((verb === 'enable' ? 20 : 8) / stride - 1);
});
