import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { type Step, watchSteps } from '../../system/effects.ts';
import { disablePieces, enablePieces } from '../../system/enable/enable.ts';
import { treeOf } from '../kit/tree.ts';
import { faultOf, type Stage, stage } from './stage.ts';

let unwatch: (() => void) | undefined;
afterEach(() => {
  unwatch?.();
  unwatch = undefined;
});

describe('interruptions', () => {
  /** All steps of enabling and disabling, as they happen without trouble. */
  async function stepsOf(
    work: (made: Stage) => Promise<unknown>,
    prepare?: (made: Stage) => Promise<unknown>,
  ): Promise<number> {
    const made = stage('A="b"');
    await prepare?.(made);
    let steps = 0;
    unwatch = watchSteps(() => {
      steps += 1;
    });
    await work(made);
    unwatch();
    return steps;
  }

  function failAt(nth: number): void {
    let left = nth;
    unwatch = watchSteps((step: Step, path) => {
      left -= 1;
      if (left === 0) throw Object.assign(new Error(`EIO: injected at ${step} ${path}`), { code: 'EIO' });
    });
  }

  const on = (made: Stage) => enablePieces(made.places, 'emerge', made.pieces);
  const off = async (made: Stage) => disablePieces(made.places, 'emerge', made.pieces);

  test('a failure at any step of enable takes everything back', async () => {
    const steps = await stepsOf(on);
    expect(steps).toBeGreaterThan(20);
    for (let nth = 1; nth <= steps; nth += 1) {
      const made = stage('A="b"');
      const before = treeOf(made.directory);
      failAt(nth);
      const fault = await faultOf(() => on(made));
      expect(fault.message, `step ${nth}`).toContain('input/output error');
      unwatch?.();
      expect(treeOf(made.directory), `step ${nth}`).toEqual(before);
    }
  });

  test('a failure at any step of disable: disable again finishes it', async () => {
    const steps = await stepsOf(off, on);
    expect(steps).toBeGreaterThan(8);
    for (let nth = 1; nth <= steps; nth += 1) {
      const made = stage('A="b"');
      const before = treeOf(made.directory);
      await on(made);
      failAt(nth);
      await faultOf(() => off(made));
      unwatch?.();
      await off(made);
      // where the record itself was gone already, nobody knows any more that var/lib was made for it
      const after = treeOf(made.directory).filter(row => !/^var\/(lib\/)? /.test(row));
      expect(after, `step ${nth}`).toEqual(before);
    }
  });

  test('a full disk from any step on: nothing of the tree is lost, and disable cleans up later', async () => {
    const steps = await stepsOf(on);
    for (let nth = 1; nth <= steps; nth += 1) {
      const made = stage('A="b"');
      const before = treeOf(made.directory);
      let left = nth;
      unwatch = watchSteps(step => {
        left -= 1;
        if (left <= 0 && ['open', 'write', 'mkdir', 'link'].includes(step))
          throw Object.assign(new Error('ENOSPC: injected'), { code: 'ENOSPC' });
      });
      await on(made).catch(() => undefined);
      unwatch();
      expect(readFileSync(made.line.path, 'utf8')).toMatch(/^A="b"/);
      await off(made);
      expect(treeOf(made.directory), `step ${nth}`).toEqual(before);
    }
  });
});
