/** Python's shlex in POSIX mode with the settings of portage.util.getconfig: the tokens of make.conf and its like. */

export interface Token {
  readonly text: string;
  /** Offsets in the text that was read; end is exclusive. Quotes are inside. */
  readonly start: number;
  readonly end: number;
}

export interface TokenReader {
  readonly text: string;
  position: number;
  line: number;
  /** The last word ended with the text. */
  ended: boolean;
  /** A punctuation character that ended the last word: the caller's next token. */
  pushed: Token | undefined;
}

type State = 'start' | 'word' | "'" | '"' | 'escape';

const wordCharacters = new Set(
  '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ~!@#$%*_\\:;?,./-+{}',
);

export function tokenReader(text: string): TokenReader {
  return { text, position: 0, line: 1, ended: false, pushed: undefined };
}

/** The next token, undefined at the end of the text, or why there is none: 'No closing quotation', 'No escaped character'. */
export function readToken(reader: TokenReader): Token | string | undefined {
  reader.pushed = undefined;
  let token = '';
  let quoted = false;
  let state: State = 'start';
  let before: State = 'word';
  let start = reader.position;
  let end = start;
  for (;;) {
    const at = reader.position;
    const character = nextCharacter(reader);
    if (state === 'start' && token === '' && !quoted) start = at;
    if (state === 'start') {
      if (character === '') break;
      if (isSpace(character)) continue;
      if (character === '#') {
        skipLine(reader);
        continue;
      }
      if (character === '\\') {
        before = 'word';
        state = 'escape';
      } else if (character === '"' || character === "'") state = character;
      else if (wordCharacters.has(character)) {
        token = character;
        state = 'word';
      } else return { text: character, start, end: reader.position };
    } else if (state === 'escape') {
      if (character === '') return 'No escaped character';
      if (before === '"' && character !== '\\' && character !== '"') token += '\\';
      token += character;
      state = before;
    } else if (state === 'word') {
      if (character === '') {
        reader.ended = true;
        break;
      }
      if (isSpace(character) || character === '#') {
        if (character === '#') skipLine(reader);
        state = 'start';
        if (token !== '' || quoted) break;
        continue;
      }
      if (character === '"' || character === "'") state = character;
      else if (character === '\\') {
        before = 'word';
        state = 'escape';
      } else if (wordCharacters.has(character)) token += character;
      else {
        reader.pushed = { text: character, start: at, end: reader.position };
        state = 'start';
        if (token !== '' || quoted) break;
        continue;
      }
    } else {
      quoted = true;
      if (character === '') return 'No closing quotation';
      if (character === state) state = 'word';
      else if (character === '\\' && state === '"') {
        before = '"';
        state = 'escape';
      } else token += character;
    }
    end = reader.position;
  }
  return token === '' && !quoted ? undefined : { text: token, start, end };
}

/** Universal newlines, while offsets stay those of the text. */
function nextCharacter(reader: TokenReader): string {
  const code = reader.text.codePointAt(reader.position);
  if (code === undefined) return '';
  const character = String.fromCodePoint(code);
  reader.position += character.length;
  if (character === '\r' && reader.text[reader.position] === '\n') reader.position++;
  if (character !== '\n' && character !== '\r') return character;
  reader.line++;
  return '\n';
}

function skipLine(reader: TokenReader): void {
  for (;;) {
    const character = nextCharacter(reader);
    if (character === '') return;
    if (character === '\n') return;
  }
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

/** shlex.split: the words of a line, as in EMERGE_DEFAULT_OPTS; a string says why there are none. */
export function splitShell(text: string): string[] | string {
  const found: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '\\' && quote !== "'") {
      const next = text[++at];
      if (next === undefined) return 'No escaped character';
      word = `${word ?? ''}${quote === '"' && next !== '"' && next !== '\\' ? '\\' : ''}${next}`;
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (!isSpace(character)) word = (word ?? '') + character;
    else if (word !== undefined) {
      found.push(word);
      word = undefined;
    }
  }
  if (quote !== '') return 'No closing quotation';
  return word === undefined ? found : [...found, word];
}
