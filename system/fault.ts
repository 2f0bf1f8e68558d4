/** The one error type. `message` is `subject: what`, lower case, subject first, no full stop; `hint` is the next command to type. */
export type FaultCode =
  | 'usage'
  | 'failed'
  | 'found'
  | 'locked'
  | 'offline'
  | 'missing'
  | 'invalid'
  | 'refused'
  | 'untrusted'
  | 'corrupt'
  | 'interrupted';

export class Fault extends Error {
  readonly code: FaultCode;
  readonly hint: string | undefined;

  constructor(code: FaultCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.hint = options.hint;
  }
}

const exitStatus: Record<FaultCode, number> = {
  usage: 2,
  failed: 1,
  found: 1,
  missing: 1,
  invalid: 1,
  refused: 1,
  untrusted: 1,
  corrupt: 1,
  locked: 75,
  offline: 75,
  interrupted: 130,
};

/** Exit status of a command that ended with this fault: 1 failed, 2 wrong usage, 75 try again, 130 interrupted. */
export function faultExitStatus(fault: Fault): number {
  return exitStatus[fault.code];
}
