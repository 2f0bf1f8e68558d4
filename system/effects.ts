/**
 * Every step that changes the disk announces itself here first, so that a test can make
 * exactly that step fail, or end the process right before it.
 */
export type Step =
  | 'open'
  | 'write'
  | 'fsync'
  | 'rename'
  | 'fsync-directory'
  | 'mkdir'
  | 'rmdir'
  | 'link'
  | 'unlink'
  | 'utimes';

type Hook = (step: Step, path: string) => void;

let hook: Hook | undefined;

/** Called right before a step touches the disk. */
export function announce(step: Step, path: string): void {
  hook?.(step, path);
}

/** For tests: sees every step before it happens and may throw. Returns what takes the hook away again. */
export function watchSteps(seen: Hook): () => void {
  hook = seen;
  return () => {
    if (hook === seen) hook = undefined;
  };
}

/** For tests: the `nth` time that `step` is about to happen (1 = the first) it fails with `errno`, e.g. `ENOSPC`. */
export function injectFault(step: Step, errno: string, nth = 1): () => void {
  let left = nth;
  return watchSteps((happening, path) => {
    if (happening !== step) return;
    left -= 1;
    if (left === 0)
      throw Object.assign(new Error(`${errno}: injected, ${step} '${path}'`), { code: errno, path });
  });
}
