/** Box-drawing characters by the strokes that meet in a cell. */

/** 0 none, 1 light, 2 heavy. */
export type Weight = 0 | 1 | 2;

export interface Strokes {
  readonly up: Weight;
  readonly right: Weight;
  readonly down: Weight;
  readonly left: Weight;
  readonly dashed: boolean;
}

// 81 characters, a base 3 number of the weights up, right, down, left
const box = ' ╴╸╷┐┑╻┒┓╶─╾┌┬┭┎┰┱╺╼━┍┮┯┏┲┳╵┘┙│┤┥╽┧┪└┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋';
const round: Readonly<Record<string, string>> = { '┌': '╭', '┐': '╮', '└': '╰', '┘': '╯' };

/** One character. In ASCII every joint is `+`; in both sets a line that merely crosses is not drawn by this. */
export function strokeCharacter(strokes: Strokes, unicode: boolean): string {
  const { up, right, down, left, dashed } = strokes;
  const flat = up === 0 && down === 0;
  const steep = left === 0 && right === 0;
  if (!unicode) {
    if (flat && steep) return ' ';
    if (flat) return dashed ? '.' : '-';
    if (steep) return dashed ? ':' : '|';
    return '+';
  }
  if (dashed && flat && !steep) return '╌';
  if (dashed && steep && !flat) return '╎';
  const character = box[up * 27 + right * 9 + down * 3 + left] ?? ' ';
  return round[character] ?? character;
}
