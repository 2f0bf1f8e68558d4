/** The few things that commands tell about Portage, asked of its own Python. */
import { Fault } from './fault.ts';
import type { Located } from './locate.ts';
import { helperPath } from './portage.ts';
import { printable } from './printable.ts';
import { runChecked } from './run.ts';

export interface PortageFacts {
  version: string;
  /** FEATURES as make.conf and the profile make them, the caller's environment left out */
  features: readonly string[];
}

/** The environment in which Portage sees these roots, and nothing of the caller's FEATURES. */
export function rootsEnvironment(
  located: Located,
  environment: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && name !== 'FEATURES' && !/^TUMPLINE(_|$)/.test(name)) result[name] = value;
  }
  if (located.eprefix !== '') result['PORTAGE_OVERRIDE_EPREFIX'] = located.eprefix;
  result['PORTAGE_CONFIGROOT'] = located.configRoot;
  result['ROOT'] = located.root;
  return result;
}

/** What Portage's own Python says to one of the helper's questions. Faults `failed`. Takes about a fifth of a second. */
async function ask<Answer extends object>(
  located: Located,
  question: string,
  isSound: (answer: Partial<Answer>) => boolean,
): Promise<Answer> {
  const [command = 'python3', ...args] = located.python;
  const { stdout } = await runChecked(command, [...args, '-B', helperPath(), question], {
    env: rootsEnvironment(located),
    timeout: 30_000,
  });
  try {
    // the answer is the last line: a warning of Portage's may stand before it
    const answer = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Answer;
    if (isSound(answer)) return answer;
  } catch {
    // said below
  }
  throw new Fault('failed', `portage: unexpected answer '${printable(stdout.slice(0, 80))}'`, {
    hint: `${located.emerge} --info`,
  });
}

/** Faults `failed` when Portage cannot read its own configuration. Takes about a third of a second. */
export async function portageFacts(located: Located): Promise<PortageFacts> {
  const { version, FEATURES } = await ask<{ version: string; FEATURES: string }>(
    located,
    'settings',
    one => typeof one.version === 'string' && typeof one.FEATURES === 'string',
  );
  return { version, features: FEATURES.split(/\s+/).filter(word => word !== '') };
}

export interface SyncModules {
  /** Where this Python's Portage looks for them. */
  readonly directory: string;
  /** The values of sync-type that it knows. */
  readonly types: readonly string[];
}

/** Faults `failed`. */
export function syncModules(located: Located): Promise<SyncModules> {
  return ask<SyncModules>(
    located,
    'modules',
    one => typeof one.directory === 'string' && Array.isArray(one.types),
  );
}

export interface PortageCode {
  /** The directory of its shell code. */
  readonly code: string;
  /** The bash that runs it. */
  readonly bash: string;
}

/** Faults `failed`. */
export function portageCode(located: Located): Promise<PortageCode> {
  return ask<PortageCode>(
    located,
    'where',
    one => typeof one.code === 'string' && typeof one.bash === 'string',
  );
}

/** Whether this Portage knows the word `observability` in FEATURES: 3.0.82 and newer. */
export function knowsObservability(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version
    .split(/[._-]/)
    .map(part => Number.parseInt(part, 10) || 0);
  if (major !== 3) return major > 3;
  return minor > 0 || patch >= 82;
}
