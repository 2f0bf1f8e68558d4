/** Every key of tumpline.conf. A part adds its keys here and describes them in man/tumpline.conf.5, nowhere else. */
interface YesNo {
  kind: 'yesno';
  default: boolean;
}
interface Choice {
  kind: 'choice';
  choices: readonly string[];
  default: string;
}
interface Whole {
  kind: 'whole';
  min: number;
  max: number;
  default: number;
}
/** a whole number, or `auto` (undefined: worked out where it is used) */
interface AutoWhole {
  kind: 'auto-whole';
  min: number;
  max: number;
}

export type Key = YesNo | Choice | Whole | AutoWhole;

export const sections = ['emerge', 'graph', 'sets', 'olm', 'distcc', 'releases', 'ask', 'binhost'] as const;

export const keys = {
  emerge: {
    graph: { kind: 'yesno', default: true },
  },
  graph: {
    rows: { kind: 'auto-whole', min: 8, max: 200 },
    nodes: { kind: 'whole', min: 3, max: 60, default: 12 },
    ascii: { kind: 'choice', choices: ['auto', 'yes', 'no'], default: 'auto' },
    color: { kind: 'choice', choices: ['auto', 'yes', 'no'], default: 'auto' },
  },
  olm: {
    age: { kind: 'whole', min: 1, max: 3650, default: 14 },
    uncached: { kind: 'choice', choices: ['sandbox', 'no'], default: 'sandbox' },
    keep: { kind: 'whole', min: 0, max: 365, default: 3 },
  },
  distcc: {
    strikes: { kind: 'whole', min: 1, max: 99, default: 3 },
    checks: { kind: 'yesno', default: true },
  },
} as const satisfies Partial<Record<(typeof sections)[number], Record<string, Key>>>;

type Value<K> = K extends { kind: 'yesno' }
  ? boolean
  : K extends { kind: 'choice'; choices: readonly (infer C)[] }
    ? C
    : K extends { kind: 'whole' }
      ? number
      : K extends { kind: 'auto-whole' }
        ? number | undefined
        : never;

/** The values by section and key, as typed by the table. */
export type Settings = {
  [S in keyof typeof keys]: { [K in keyof (typeof keys)[S]]: Value<(typeof keys)[S][K]> };
};
