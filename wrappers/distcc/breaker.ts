/**
 * The circuit breaker of one host, rule for rule as breaker.sh has it. Times are hundredths of a second since the machine
 * started. A job is judged by when it began: what began before the host was last opened says nothing new.
 */
export type FaultKind = 'network' | 'difference';

export interface Breaker {
  /** when it was opened last; 0 is never */
  opened: number;
  /** 0 is closed; else the host is kept away until then, and tried by one probe afterwards */
  until: number;
  /** the next opening lasts 2 ** level seconds, at most a minute */
  level: number;
  /** differences that count against it */
  differences: number;
  /** successes since the last network fault, and since the last difference; no more than `most` */
  network: number;
  difference: number;
  /** why it was opened last */
  kind: FaultKind | 'none';
}

export interface Claim {
  pid: number;
  since: number;
}

/** successes that count; after them a fault is forgotten */
const most = 8;
/** how long a host is kept away, and a probe believed, at most */
export const longest = 6000;

export const fresh: Breaker = {
  opened: 0,
  until: 0,
  level: 0,
  differences: 0,
  network: 0,
  difference: 0,
  kind: 'none',
};

/** `open`: nobody; `due`: one probe; `closed`: everybody may use the host. */
export function stateOf(breaker: Breaker, now: number): 'closed' | 'open' | 'due' {
  if (breaker.until === 0) return 'closed';
  return now < breaker.until ? 'open' : 'due';
}

/** So many successes of a closed host. */
function succeed(breaker: Breaker, times: number): Breaker {
  if (breaker.until !== 0) return breaker;
  const network = Math.min(most, breaker.network + times);
  const difference = Math.min(most, breaker.difference + times);
  const settled = network === most && difference === most ? { level: 0, differences: 0 } : {};
  return { ...breaker, network, difference, ...settled };
}

/** A compile that began at `started` succeeded there. */
export function afterSuccess(breaker: Breaker, started: number): Breaker {
  // one that ended after a network fault shows that the network is there
  if (started <= breaker.opened) return breaker.kind === 'network' ? { ...breaker, until: 0 } : breaker;
  return breaker.until === 0 ? succeed(breaker, 1) : { ...breaker, until: 0 };
}

/** It refused what is refused here too. That is no merit, but the network is there. */
export function afterAnswer(breaker: Breaker): Breaker {
  return breaker.kind === 'network' ? { ...breaker, until: 0 } : breaker;
}

/**
 * A compile that began at `started` did not come back, or came back with what the local compiler does not say.
 * Of a host with a record the first network fault is forgiven, and the next one has no consequence for the one after;
 * differences count when fewer than three successes lie between them.
 */
export function afterFault(
  before: Breaker,
  fault: FaultKind,
  started: number,
  now: number,
  strikes: number,
): Breaker {
  if (started <= before.opened) return before;
  // whoever answers wrongly is no more away
  const breaker = fault === 'difference' ? afterAnswer(before) : before;
  let rise = 1;
  if (breaker.until === 0 && fault === 'network') {
    if (breaker.network === most) return { ...breaker, network: 4 };
    if (breaker.network >= 4) rise = 0;
  } else if (breaker.until === 0) {
    const differences = (breaker.difference >= 3 ? 0 : breaker.differences) + 1;
    if (differences < strikes) return { ...breaker, differences, difference: 0 };
  }
  return {
    opened: now,
    until: now + Math.min(longest, 100 * 2 ** breaker.level),
    level: Math.min(6, breaker.level + rise),
    differences: fault === 'network' ? breaker.differences : strikes - 1,
    network: 0,
    difference: 0,
    kind: fault,
  };
}

/** Whose probe is on its way: the first claim of a living process that is not too old. */
export function ownerOf(
  claims: readonly Claim[],
  now: number,
  isAlive: (pid: number) => boolean,
): number | undefined {
  return claims.find(({ pid, since }) => since <= now && now - since < longest && isAlive(pid))?.pid;
}

const word = /^(?:0|[1-9]\d{0,14})$/;

/** HOST.state and HOST.ok as text, at `now`: what says nothing sensible says nothing. */
export function readBreaker(state: string, ok: string, now: number): Breaker {
  const [version, ...words] = (state.split('\n')[0] ?? '').split(' ');
  const numbers = words.slice(0, 6);
  let breaker = fresh;
  if (version === '1' && numbers.length === 6 && numbers.every(text => word.test(text))) {
    const [opened, until, level, differences, network, difference] = numbers.map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const kind = words[6] === 'network' || words[6] === 'difference' ? words[6] : 'none';
    breaker = {
      opened: opened > now ? 0 : opened,
      until: until > now + longest ? now : until,
      level: Math.min(6, level),
      differences,
      network,
      difference,
      kind,
    };
  }
  return succeed(breaker, (ok.split('\n')[0] ?? '').length);
}

/** HOST.probe as text. */
export function readClaims(text: string): Claim[] {
  return text.split('\n').flatMap(line => {
    const [pid = '', since = '', ...rest] = line.split(' ');
    return rest.length === 0 && word.test(pid) && word.test(since)
      ? [{ pid: Number(pid), since: Number(since) }]
      : [];
  });
}
