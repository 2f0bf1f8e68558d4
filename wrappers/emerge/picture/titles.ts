/** What a picture of a document says of the run: what was asked for, how much, when. Pure. */
import { parseCpv } from '../../../portage/cpv.ts';
import { type DocumentNode, type GraphDocument, listedOf } from '../graph-document.ts';
import { elapsedText, printable } from './names.ts';

/** With as many names as fit into `most` characters, one at least. */
export function titleOf(document: GraphDocument, most = 100): string {
  const listed = new Map(listedOf(document).map(node => [node.id, node]));
  const names = document.run.targets.flatMap(id => {
    const cpv = listed.get(id)?.cpv;
    return cpv === undefined ? [] : printable(parseCpv(cpv)?.cp ?? cpv);
  });
  const asked = document.run.asked ?? [];
  // a set is worth more than the names of what is in it
  const unique = [...new Set(asked.some(word => isSet(word)) ? asked.map(printable) : names)];
  if (unique.length === 0) return listed.size === 0 ? 'nothing to merge' : 'merge list';
  const naming = (count: number) => {
    const more = unique.length > count ? ` and ${unique.length - count} more` : '';
    return `${unique.slice(0, count).join(', ')}${more}`;
  };
  const fitting = [3, 2].find(count => naming(count).length <= most);
  return naming(fitting ?? 1);
}

function isSet(word: string): boolean {
  return word.startsWith('@') || word === 'world' || word === 'system';
}

/** `29 packages · around net-misc/curl-8.16.0 · 17 shown · 2026-11-21 14:02 UTC · 12m05`. */
export function factsOf(
  document: GraphDocument,
  shown: readonly DocumentNode[],
  about: string | undefined,
): string {
  const { length } = listedOf(document);
  const { started, ended } = document.run;
  const visible = listedOf({ nodes: shown }).length;
  return [
    length === 1 ? '1 package' : `${length} packages`,
    visible < length ? `${visible} of them shown` : '',
    printable(about ?? ''),
    predictedText(document),
    started === null ? '' : dateText(started),
    started === null || ended === null ? '' : elapsedText(ended - started),
  ]
    .filter(Boolean)
    .join(' · ');
}

function predictedText({ run: { predicted } }: GraphDocument): string {
  if (typeof predicted?.seconds !== 'number') return '';
  const jobs = typeof predicted.jobs === 'number' ? `-j${predicted.jobs}` : '--jobs';
  return `about ${elapsedText(predicted.seconds)} at ${jobs}`;
}

function dateText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? '' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
