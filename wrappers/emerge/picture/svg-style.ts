/** How an SVG of a graph looks: colours for light and dark, and the signs of the states. Pure. */

/** By what is painted: on a light ground, on a dark one. All text has a contrast of 4.5 or more, all lines 3. */
const colours = {
  ground: ['#ffffff', '#0d1117'],
  frame: ['#d1d9e0', '#30363d'],
  ink: ['#1f2328', '#e6edf3'],
  quiet: ['#59636e', '#9198a1'],
  box: ['#f6f8fa', '#161b22'],
  edge: ['#8a939d', '#6e7681'],
  green: ['#1a7f37', '#3fb950'],
  blue: ['#0969da', '#58a6ff'],
  blueBox: ['#ddf4ff', '#0f2541'],
  red: ['#cf222e', '#ff7b72'],
  redBox: ['#ffebe9', '#3d1618'],
  amber: ['#8a5c00', '#d29922'],
} as const satisfies Record<string, readonly [light: string, dark: string]>;

type Colour = keyof typeof colours;

/** What knows no variables takes the light colour that stands before. */
function paint(property: 'fill' | 'stroke', colour: Colour): string {
  return `${property}:${colours[colour][0]};${property}:var(--${colour})`;
}

function variables(place: 0 | 1): string {
  return Object.entries(colours)
    .map(([name, pair]) => `--${name}:${pair[place]}`)
    .join(';');
}

const text = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif';
const names =
  'ui-monospace,"SF Mono",Menlo,"Cascadia Mono",Consolas,"DejaVu Sans Mono","Liberation Mono",monospace';

const signColours: Readonly<Record<string, Colour>> = {
  done: 'green',
  failed: 'red',
  building: 'blue',
  merging: 'blue',
  built: 'blue',
  waiting: 'quiet',
  dropped: 'quiet',
  installed: 'quiet',
  uninstall: 'red',
  new: 'green',
  upgrade: 'blue',
  downgrade: 'red',
  again: 'amber',
};

function rules(): string[] {
  const boxes = (['failed', 'building', 'merging'] as const).map(name => {
    const tint = name === 'failed' ? 'red' : 'blue';
    return `.${name}>.box{${paint('fill', `${tint}Box`)};${paint('stroke', tint)}}`;
  });
  const signs = Object.entries(signColours).flatMap(([name, colour]) => [
    `.${name}>.sign{${paint('stroke', colour)}}`,
    `.${name}>.letter{${paint('fill', colour)}}`,
  ]);
  return [
    `.ground{${paint('fill', 'ground')};${paint('stroke', 'frame')}}`,
    `text{${paint('fill', 'ink')};font:12px ${text}}`,
    '.title{font-size:17px;font-weight:600}',
    `.facts,.key,.rest{${paint('fill', 'quiet')}}`,
    `.name,.letter{font:12.5px ${names};white-space:pre}`,
    '.letter{font-weight:700;text-anchor:middle}',
    `.detail{${paint('fill', 'quiet')};font:10.5px ${names};white-space:pre}`,
    '.target>.name{font-weight:700}',
    `.box{${paint('fill', 'box')};${paint('stroke', 'frame')}}`,
    ...boxes,
    `.target>.box{stroke-width:1.6;${paint('stroke', 'edge')}}`,
    `.failed.target>.box{${paint('stroke', 'red')}}`,
    `.installed>.box,.dropped>.box{fill:none;stroke-dasharray:3 3;${paint('stroke', 'edge')}}`,
    `.installed>.name,.dropped>.name{${paint('fill', 'quiet')}}`,
    `.halo{fill:none;stroke-width:2;${paint('stroke', 'blue')}}`,
    '.sign{fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}',
    ...signs,
    `.line{fill:none;stroke-width:1.3;${paint('stroke', 'edge')}}`,
    `.head{${paint('fill', 'edge')}}`,
    '.heavy>.line{stroke-width:2.4}',
    `.heavy>.line{${paint('stroke', 'blue')}}`,
    `.heavy>.head{${paint('fill', 'blue')}}`,
    `.broken>.line{${paint('stroke', 'red')}}`,
    `.broken>.head{${paint('fill', 'red')}}`,
    `.against>.line{stroke-dasharray:5 4;${paint('stroke', 'amber')}}`,
    `.against>.head{${paint('fill', 'amber')}}`,
    '.open>.line{stroke-dasharray:1.5 3.5}',
  ];
}

/** Rules for what stands below the class `tumpline`, so that a page that holds the drawing keeps its own. */
export function styleSheet(): string {
  const scoped = rules().map(rule => {
    const [selectors = '', ...body] = rule.split('{');
    const own = selectors.split(',').map(selector => `.tumpline ${selector}`);
    return `${own.join(',')}{${body.join('{')}`;
  });
  return [
    `.tumpline{color-scheme:light dark;${variables(0)}}`,
    `@media (prefers-color-scheme:dark){.tumpline{${variables(1)}}}`,
    ...scoped,
  ].join('\n');
}

/** Path of a sign around 0,0, about 10 wide; undefined for a mark that is a letter. */
export function signPath(name: string): string | undefined {
  const circle = (r: number) => `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  const paths: Readonly<Record<string, string>> = {
    done: 'M-4.5 .5L-1.5 3.5L4.5 -3.5',
    failed: 'M-3.5 -3.5L3.5 3.5M3.5 -3.5L-3.5 3.5',
    building: 'M-2.5 -4L4 0L-2.5 4z',
    merging: 'M0 -4.5V2M-3 -.5L0 2.5L3 -.5M-4 4.5H4',
    built: `${circle(4)}M-1.5 0H1.5`,
    waiting: circle(3.2),
    dropped: 'M-4 0H4',
    installed: circle(1),
    uninstall: 'M-4 0H4',
  };
  return Object.hasOwn(paths, name) ? paths[name] : undefined;
}
