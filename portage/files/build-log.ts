/** The log of a failed build (PORTAGE_LOG_FILE): tools' own words, and what `die` of Portage's isolated-functions.sh adds. */

export interface BuildLogFailure {
  /** As `die` names it. */
  readonly phase?: string;
  /** At most `mostLines`, in the order of the log; control sequences are gone, other foreign characters are not. */
  readonly lines: readonly string[];
}

const mostLines = 8;
/** Lines of a message behind its first one: the source line, the caret, a note. */
const mostDetail = 5;
/** Portage's own account of what went well. */
const account = /^>>> |^ ?\* (?:Package|Repository|Maintainer|Upstream|USE|FEATURES|Final size of [\w ]+): /;
/** What fails before there is a build. */
const unfetched = /^!!! (?:Fetched file: |Couldn't download |Fetch(?:ing)? (?:failed|unsuccessful))/;
/** Characters of a line; nobody reads on, and patterns must not take for ever. */
const longest = 2000;
/** Lines between an error and the tool that passes it on, with other jobs' output in between. */
const nearby = 400;

/** What starts a phase in the log; what stands before it belongs to another one. */
const phaseStart =
  /^>>> (?:Unpacking|Preparing|Configuring|Compiling|Install|Test phase|Extracting|Verifying)/;
const died = /^ ?\* ERROR: (\S+?)(?:::\S+)? failed(?: \(([\w-]+) phase\))?:/;

/** A tool that says what is wrong. */
const causes: readonly RegExp[] = [
  // gcc, clang, rustc, tsc, javac, linkers: `file:1:2: error: …`, `error[E0382]: …`, `ld: error: …`
  /(?:^|[:)] *)(?:fatal |internal compiler )?error(?:\[\w+\]| [A-Z]{1,3}\d+)?: /i,
  /^(?:\S+: )?(?:internal compiler error|fatal error)\b/,
  /undefined reference to |cannot find -l|multiple definition of |undefined symbol: /,
  /^CMake Error\b|^\S*meson\.build:\d+:\d+: ERROR: |^configure: error: |^\S*configure(?:\.ac)?:\d*:? error: /,
  /^(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception)(?:: |$)/,
  /^\S+\.go:\d+(?::\d+)?: |^# command-line-arguments$/,
  /^\[ERROR\] |^Error: |^E: /,
  /No space left on device|Cannot allocate memory|Killed signal terminated program|^virtual memory exhausted/,
  /\*\*\* No rule to make target|^\S*Makefile:\d+: \*\*\* (?!\[)/,
  /^Hunk #\d+ FAILED|^ ?\* Failed to apply patch|^can't find file to patch|^!!! (?!post |Please |\/)\S|^ ?\* ACCESS DENIED/,
  /command not found$|: not found$|No such file or directory$|Permission denied$/,
  /^(?:FAIL|FAILED|not ok)\b[: ]\s*\S|^--- FAIL: |^test \S+ \.\.\. FAILED$|\*\*\*Failed\b/,
];
/** A tool that only passes on that something below it failed. */
const consequences =
  /^(?:g|re)?make(?:\[\d+\])?: \*\*\* \[|^FAILED: |^ninja: build stopped|^collect2: |^error: could not compile|^error: aborting due to/;
/** Words of a cause in what is none. */
const harmless =
  /\(ignored\)|-Werror\b(?!.*error:)|\bchecking (?:for|whether)\b|^0 errors?\b|\berrors?: 0\b|^ok\b|warning: /i;

const escapeCharacter = String.fromCharCode(27);
const sequences = new RegExp(
  `${escapeCharacter}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${String.fromCharCode(7)}${escapeCharacter}]*(?:${String.fromCharCode(7)}|${escapeCharacter}\\\\)|[@-Z\\\\^_()][B0]?)`,
  'g',
);

function cleanLine(raw: string): string {
  const plain = raw.includes(escapeCharacter) ? raw.replace(sequences, '') : raw;
  const whole = plain.replace(/\r+$/, '');
  // what a progress bar has overwritten nobody saw
  const from = whole.lastIndexOf('\r') + 1;
  return whole.slice(from, from + longest).trimEnd();
}

function isCause(line: string): boolean {
  if (consequences.test(line) || (harmless.test(line) && !/ (?:fatal )?error: /.test(line))) return false;
  return causes.some(pattern => pattern.test(line));
}

/** Why it failed, as a person would quote it: the first real error, what belongs to it, who passed it on, `die`'s words. */
export function readBuildLog(text: string): BuildLogFailure {
  const lines = text.split('\n').map(cleanLine);
  const end = lines.findIndex(line => died.test(line));
  const phase =
    end === -1 && lines.some(line => unfetched.test(line)) ? 'fetch' : died.exec(lines[end] ?? '')?.[2];
  const stop = end === -1 ? lines.length : end;
  const start = lines.findLastIndex((line, at) => at < stop && phaseStart.test(line)) + 1;
  const chosen = new Set<number>();
  const add = (at: number) => {
    const line = lines[at];
    if (line !== undefined && line.trim() !== '' && chosen.size < mostLines) chosen.add(at);
  };
  const last = deathLines(lines, end);
  const passed = firstConsequence(lines, start, stop);
  const reserved = last.length + (passed === undefined ? 0 : 1);
  const found = causesIn(lines, start, stop, passed);
  for (const at of found) {
    const detail = detailOf(lines, at, stop).slice(0, mostLines - reserved);
    const known = chosen.size;
    if (known > 0 && known + detail.length > mostLines - reserved) break;
    for (const one of detail) add(one);
  }
  if (chosen.size === 0) {
    const spoken = range(0, passed ?? stop).filter(
      at => lines[at]?.trim() !== '' && !account.test(lines[at] ?? ''),
    );
    for (const at of spoken.slice(reserved - mostLines)) add(at);
  }
  if (passed !== undefined) add(passed);
  for (const at of last) add(at);
  const sorted = [...chosen].sort((a, b) => a - b).map(at => lines[at] ?? '');
  return { ...(phase === undefined ? {} : { phase }), lines: sorted };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
}

/** `die`'s line and its message. */
function deathLines(lines: readonly string[], end: number): number[] {
  if (end === -1) return [];
  const message = /^ ?\* {2,}\S/.test(lines[end + 1] ?? '') ? [end + 1] : [];
  return [end, ...message];
}

function firstConsequence(lines: readonly string[], start: number, stop: number): number | undefined {
  const found = range(start, stop).filter(at => consequences.test(lines[at] ?? ''));
  return found.find(at => !/\(ignored\)/.test(lines[at] ?? ''));
}

/** Places of the causes; those far from what passed one on may have been survived. */
function causesIn(
  lines: readonly string[],
  start: number,
  stop: number,
  passed: number | undefined,
): number[] {
  const all = range(start, stop).filter(at => isCause(lines[at] ?? ''));
  if (passed === undefined) return all;
  // ninja names what failed before the messages; make and cargo after them
  const near = lines[passed]?.startsWith('FAILED: ')
    ? all.filter(at => at > passed)
    : all.filter(at => at > passed - nearby);
  return near.length > 0 ? near : all;
}

/** The line, where it stands in the source before it, and its source line, caret and notes behind it. */
function detailOf(lines: readonly string[], at: number, stop: number): number[] {
  const before = /: In (?:member )?function |: In (?:con|de)structor |: At top level:/.test(
    lines[at - 1] ?? '',
  )
    ? [at - 1]
    : [];
  const after: number[] = [];
  for (let next = at + 1; next < stop && after.length < mostDetail; next += 1) {
    const line = lines[next] ?? '';
    const belongs = /^\s+\S/.test(line) || /^\S+:\d+(?::\d+)?: note: /.test(line);
    if (!belongs || isCause(line)) break;
    after.push(next);
  }
  return [...before, at, ...after];
}
