/** How a command ends badly: one line that says what, one line with the next command to type. */
import { Fault, faultExitStatus } from '../system/fault.ts';
import { jsonFault } from '../system/json.ts';
import { debug, debugging } from '../system/log.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new Fault('failed', `internal error: ${printable(what)}`, {
    hint: 'the same command with TUMPLINE_DEBUG=FILE, which then holds the details',
    cause: error,
  });
}

function traces(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return [...(error.stack ?? error.message).split('\n'), ...traces(error.cause)];
}

/** Prints the fault, as JSON too where the caller reads JSON, and returns the exit status. */
export function report(error: unknown, json: boolean): number {
  const fault = asFault(error);
  const paint = painter(process.stderr);
  process.stderr.write(`${paint('red', 'tumpline:')} ${fault.message}\n`);
  if (fault.hint !== undefined) process.stderr.write(`try: ${fault.hint}\n`);
  if (json) process.stdout.write(jsonFault(fault));
  if (debugging()) for (const line of traces(error)) debug('fault', line);
  return faultExitStatus(fault);
}

/** A warning: something is not as it should be, but the command goes on. */
export function warn(text: string): void {
  process.stderr.write(`${painter(process.stderr)('yellow', 'tumpline:')} ${text}\n`);
}
