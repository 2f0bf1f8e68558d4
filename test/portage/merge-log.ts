/** emerge.log by hand: `0 emerge --jobs=2`, `0 > 1/2 cat/a-1`, `5 = 1/2 cat/a-1`, `6 : 1/2 cat/a-1` a line. */
import { isOfMerges, logLines, parseLogLine } from '../../portage/files/emerge-log.ts';
import { type FinishedMerge, recordMerges } from '../../portage/merge-runs.ts';

const origin = 1_750_000_000;

function line(text: string): string {
  const [at, mark, ...rest] = text.trim().split(' ');
  const [place = '', cpv = '', root = '/'] = rest;
  const counted = `(${place.replace('/', ' of ')})`;
  const message = {
    emerge: ` *** emerge ${rest.join(' ')}`,
    '>': ` >>> emerge ${counted} ${cpv} to ${root}`,
    '=': ` === ${counted} Merging (${cpv}::/repo/${cpv}.ebuild)`,
    b: ` === ${counted} Merging Binary (${cpv}::/pkgs/${cpv}.gpkg.tar)`,
    ':': ` ::: completed emerge ${counted} ${cpv} to ${root}`,
  }[mark ?? ''];
  if (message === undefined) throw new Error(`no such mark: ${text}`);
  return `${origin + Number(at)}: ${message}\n`;
}

export function mergesIn(log: string): FinishedMerge[] {
  const recorder = recordMerges();
  for (const one of logLines()(log)) {
    const event = isOfMerges(one) ? parseLogLine(one) : undefined;
    if (event) recorder.add(event);
  }
  return recorder.finished();
}

/** `cpv start from-by merge-completed` with times from 0 on, in the order of their starts. */
export function told(text: string): string[] {
  const merges = mergesIn(text.trim().split('\n').map(line).join(''));
  merges.sort((a, b) => a.started - b.started || (a.cpv < b.cpv ? -1 : 1));
  return merges.map(({ cpv, binary, started, builtFrom, builtBy, merging, completed }) => {
    const [from, by] = [builtFrom - origin, builtBy - origin];
    const built = from === by ? `${by}` : `${from}..${by}`;
    const merge = merging === undefined ? '' : ` ${merging - origin}`;
    return `${cpv} ${started - origin} ${built}${merge} ${completed - origin}${binary ? ' binary' : ''}`;
  });
}
