// What a terminal shows, as an SVG: text with its colours, lines and marks drawn cell by cell, so that they join anywhere.
const cell = { width: 8.43, height: 18 };
const margin = 14;
const ground = '#16181d';
const ink = '#d6d9de';
// the 16 colours
const palette =
  '#2b2f36 #e5645c #7fb65a #d9a441 #5f9de0 #b77fd6 #4fb3b3 #d6d9de #6b727d #ff7b72 #9bd46a #f0c14b #79b8ff #d3a1f0 #6fd3d3 #ffffff'.split(
    ' ',
  );
// as in wrappers/emerge/picture/strokes.ts: up, right, down, left as digits to the base of 3
const box = ' ╴╸╷┐┑╻┒┓╶─╾┌┬┭┎┰┱╺╼━┍┮┯┏┲┳╵┘┙│┤┥╽┧┪└┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋';
const corners = { '╭': '┌', '╮': '┐', '╰': '└', '╯': '┘' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const sequence = /\x1b\[([\d;:]*)m|\x1b[()].|\x0e|\x0f|(.)/gu;

const fixed = value => String(Math.round(value * 100) / 100);
const escaped = text => text.replace(/[&<]/g, found => `&#${found.charCodeAt(0)};`);

function colorOf(code, numbers) {
  if (code === 8) {
    if (numbers.shift() === 2) return `rgb(${numbers.splice(0, 3).join(',')})`;
    return palette[numbers.shift() % 16];
  }
  return palette[code];
}

/** Applies SGR parameters. */
function styled(style, parameters) {
  const next = { ...style };
  const numbers = parameters.split(/[;:]/).map(Number);
  while (numbers.length > 0) {
    const code = numbers.shift();
    if (code === 0) for (const key of Object.keys(next)) delete next[key];
    else if (code === 1) next.bold = true;
    else if (code === 2) next.faint = true;
    else if (code === 22) [next.bold, next.faint] = [false, false];
    else if (code >= 30 && code <= 38) next.color = colorOf(code - 30, numbers);
    else if (code >= 90 && code <= 97) next.color = palette[code - 90 + 8];
    else if (code === 39) next.color = undefined;
  }
  return next;
}

/** Cells of a line of text with SGR sequences: character and style. */
function cellsOf(line, style) {
  const cells = [];
  for (const [, parameters, character] of line.matchAll(sequence)) {
    if (parameters !== undefined) style = styled(style, parameters);
    else if (character !== undefined) cells.push({ character, style });
  }
  return { cells, style };
}

const fill = ({ color, bold }) => {
  const at = palette.indexOf(color);
  return bold && at >= 0 && at < 8 ? palette[at + 8] : (color ?? ink);
};
const look = style => `${fill(style)} ${style.bold ? 'bold' : ''} ${style.faint ? 'faint' : ''}`;

/** Strokes of a box character as path data by weight; undefined for another character. */
function strokes(character, x, y) {
  const at = character === '╌' || character === '╎' ? -2 : box.indexOf(corners[character] ?? character);
  if (at === -1 || character === ' ') return undefined;
  const middle = [x + cell.width / 2, y + cell.height / 2];
  const ends = [
    [middle[0], y],
    [x + cell.width, middle[1]],
    [middle[0], y + cell.height],
    [x, middle[1]],
  ];
  const text = ([a, b]) => `${fixed(a)} ${fixed(b)}`;
  if (at === -2) {
    const [from, to] = character === '╌' ? [ends[3], ends[1]] : [ends[0], ends[2]];
    return { 1: `M${text(from)}L${text(to)}`, dashed: true };
  }
  const weights = [27, 9, 3, 1].map(power => Math.floor(at / power) % 3);
  if (corners[character] !== undefined) {
    const [from, to] = ends.filter((_, arm) => weights[arm] > 0);
    return { 1: `M${text(from)}Q${text(middle)} ${text(to)}` };
  }
  const found = {};
  weights.forEach((weight, arm) => {
    if (weight > 0) found[weight] = `${found[weight] ?? ''}M${text(middle)}L${text(ends[arm])}`;
  });
  return found;
}

/** The marks of the picture; fonts differ too much in them. */
function mark(character, x, y, style) {
  const [cx, cy, r] = [x + cell.width / 2, y + cell.height / 2, 3.4];
  const circle = (radius, paint) => `<circle cx="${fixed(cx)}" cy="${fixed(cy)}" r="${radius}" ${paint}/>`;
  const color = fill(style);
  const open = `fill="none" stroke="${color}" stroke-width="1.2"`;
  const path = (data, paint) => `<path d="${data}" ${paint}/>`;
  const line = `fill="none" stroke="${color}" stroke-width="1.7"`;
  const [l, t] = [fixed(cx - 3.2), fixed(cy)];
  if (character === '○') return circle(r, open);
  if (character === '◎') return circle(r, open) + circle(1.4, `fill="${color}"`);
  if (character === '●') return circle(r, `fill="${color}"`);
  if (character === '◐')
    return (
      circle(r, open) + path(`M${fixed(cx)} ${fixed(cy - r)}a${r} ${r} 0 0 0 0 ${2 * r}z`, `fill="${color}"`)
    );
  if (character === '·') return circle(1.3, `fill="${color}"`);
  if (character === '✔') return path(`M${l} ${t}l2.4 3l4.2 -6.6`, line);
  if (character === '✘') return path(`M${fixed(cx - 2.8)} ${fixed(cy - 3)}l5.6 6m0 -6l-5.6 6`, line);
  if (character === '▸') return path(`M${fixed(x)} ${fixed(cy - 4)}l7 4l-7 4z`, `fill="${color}"`);
  return undefined;
}

/** `lines` as `tmux capture-pane -e` prints them. */
export function terminalSvg(lines, columns, title) {
  const paths = new Map();
  const marks = [];
  const texts = [];
  let style = {};
  lines.forEach((line, row) => {
    const read = cellsOf(line, style);
    style = read.style;
    const y = margin + row * cell.height;
    let run;
    const flush = () => {
      if (run !== undefined && run.text.trim() !== '') {
        const text = run.text.trimEnd();
        const weight = run.style.bold ? ' font-weight="700"' : '';
        const faint = run.style.faint ? ' opacity=".6"' : '';
        texts.push(
          `<text x="${fixed(run.x)}" y="${fixed(y + 13)}" fill="${fill(run.style)}"${weight}${faint} textLength="${fixed(text.length * cell.width)}">${escaped(text)}</text>`,
        );
      }
      run = undefined;
    };
    read.cells.forEach(({ character, style: own }, column) => {
      const x = margin + column * cell.width;
      const lines = strokes(character, x, y);
      if (lines !== undefined) {
        flush();
        for (const weight of [1, 2].filter(one => lines[one] !== undefined)) {
          const key = `${fill(own)} ${weight} ${lines.dashed ? 'dashed' : ''} ${own.faint ? 'faint' : ''}`;
          paths.set(key, (paths.get(key) ?? '') + lines[weight]);
        }
        return;
      }
      const drawn = mark(character, x, y, own);
      if (drawn !== undefined) {
        flush();
        marks.push(own.faint ? `<g opacity=".6">${drawn}</g>` : drawn);
        return;
      }
      // leading blanks would be squeezed, and a text of one style goes on over single ones only
      const blank = character === ' ';
      if ((blank && run?.text.endsWith(' ')) || (run !== undefined && look(run.style) !== look(own))) flush();
      if (blank && run === undefined) return;
      run ??= { x, text: '', style: own };
      run.text += character;
    });
    flush();
  });
  const width = fixed(2 * margin + columns * cell.width);
  const height = fixed(2 * margin + lines.length * cell.height);
  const drawn = [...paths].map(([key, data]) => {
    const [color, weight, dashed, faint] = key.split(' ');
    const dashes = dashed ? ' stroke-dasharray="2.8 1.4"' : '';
    return `<path d="${data}" fill="none" stroke="${color}" stroke-width="${weight === '2' ? 2.6 : 1.2}"${dashes}${faint ? ' opacity=".6"' : ''}/>`;
  });
  const font = 'ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace';
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>text{font:14px ${font};white-space:pre}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>`,
    ...drawn,
    ...marks,
    ...texts,
  ].join('\n')}\n</svg>\n`;
}
