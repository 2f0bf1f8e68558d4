/** Reads tumpline.conf: tumpline.conf(5). A faulty line never stops anything: its key keeps the default and a problem is told. */
import { resolve } from 'node:path';
import { type Key, keys, type Settings, sections } from './configuration-keys.ts';
import { Fault } from './fault.ts';
import { nearest } from './nearest.ts';
import { readOrdinaryText } from './ordinary-file.ts';
import { printable } from './printable.ts';

export interface Configuration {
  /** the file that counts, whether or not it exists */
  file: string;
  exists: boolean;
  settings: Settings;
  /** one line each: `FILE: [section] key: what` */
  problems: string[];
}

function wordsFor(key: Key): string {
  if (key.kind === 'yesno') return 'yes or no';
  if (key.kind === 'choice') return key.choices.join(', ');
  return `${key.kind === 'auto-whole' ? 'auto or ' : ''}a whole number from ${key.min} to ${key.max}`;
}

/** The typed value; undefined is a word that the key does not take. `{ value: undefined }` is `auto`. */
function valueFor(key: Key, word: string): { value: boolean | string | number | undefined } | undefined {
  if (key.kind === 'yesno') {
    if (/^(yes|true|on|1)$/i.test(word)) return { value: true };
    return /^(no|false|off|0)$/i.test(word) ? { value: false } : undefined;
  }
  if (key.kind === 'choice') return key.choices.includes(word) ? { value: word } : undefined;
  if (key.kind === 'auto-whole' && word === 'auto') return { value: undefined };
  const number = /^\d{1,9}$/.test(word) ? Number(word) : Number.NaN;
  return number >= key.min && number <= key.max ? { value: number } : undefined;
}

function defaults(): Record<string, Record<string, unknown>> {
  const result: Record<string, Record<string, unknown>> = {};
  for (const [section, table] of Object.entries<Record<string, Key>>(keys)) {
    result[section] = {};
    for (const [name, key] of Object.entries(table))
      result[section][name] = key.kind === 'auto-whole' ? undefined : key.default;
  }
  return result;
}

function known(word: string, words: readonly string[]): string {
  const near = nearest(word, words);
  return near === undefined ? `known are ${words.join(', ')}` : `did you mean ${near}?`;
}

/** Settings and problems of a configuration text that is called `file` in the problems. */
export async function readConfiguration(
  text: string,
  file: string,
): Promise<Pick<Configuration, 'settings' | 'problems'>> {
  const { parse } = await import('ini');
  const settings = defaults();
  const problems: string[] = [];
  const tables: Record<string, Record<string, Key>> = keys;
  const problem = (where: string, what: string) =>
    problems.push(`${printable(file)}: ${printable(where)}: ${what}`);
  for (const [section, content] of Object.entries<unknown>(parse(text.replace(/^\uFEFF/, '')))) {
    if (typeof content !== 'object' || content === null || Array.isArray(content)) {
      problem(section, 'stands before any [section]; ignored');
    } else if (!(sections as readonly string[]).includes(section)) {
      problem(`[${section}]`, `unknown section; ${known(section, sections)}`);
    } else {
      const table = Object.hasOwn(tables, section) ? (tables[section] ?? {}) : {};
      for (const [name, raw] of Object.entries(content as Record<string, unknown>)) {
        const where = `[${section}] ${name}`;
        const key = Object.hasOwn(table, name) ? table[name] : undefined;
        if (key === undefined) {
          problem(where, `unknown key; ${known(name, Object.keys(table))}`);
          continue;
        }
        const word = Array.isArray(raw) || typeof raw === 'object' ? undefined : String(raw).trim();
        const found = word === undefined ? undefined : valueFor(key, word);
        if (found === undefined)
          problem(
            where,
            `'${printable(String(word ?? 'a list'))}' is not ${wordsFor(key)}; the default holds`,
          );
        else settings[section]![name] = found.value;
      }
    }
  }
  return { settings: settings as Settings, problems };
}

/** The configuration that counts: TUMPLINE_CONFIG, else `file`. Without a file everything has its default. */
export async function loadConfiguration(
  file: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Configuration> {
  const chosen = environment['TUMPLINE_CONFIG'];
  const path = chosen ? resolve(chosen) : file;
  let text: string | undefined;
  try {
    text = readOrdinaryText(path);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { file: path, exists: true, settings: defaults() as Settings, problems: [error.message] };
  }
  if (text === undefined) {
    const problems = chosen
      ? [`${printable(path)}: named by TUMPLINE_CONFIG, but there is no such file`]
      : [];
    return { file: path, exists: false, settings: defaults() as Settings, problems };
  }
  return { file: path, exists: true, ...(await readConfiguration(text, path)) };
}
