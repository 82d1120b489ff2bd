// The terminal of the console: keys in, frames out, and back to how it was at the end.

import { takesColour } from '../cli/terminal-text.js';
import type { Line } from './frame.js';

/** How each look is shown: parameters of "select graphic rendition", ECMA-48. */
const LOOKS: Readonly<Record<Line['look'], string>> = {
  plain: '0',
  bar: '7',
  heads: '1',
  selected: '1;7',
  bad: '31',
  good: '32',
  soft: '2',
};

/** The same without colours, for whoever wants none. */
const PLAIN_LOOKS: typeof LOOKS = { ...LOOKS, bad: '1', good: '0', soft: '0' };

/** Another screen, without a cursor; and back. Source: xterm's control sequences. */
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[0m\u001b[?25h\u001b[?1049l';

/** Names of keys by what terminals send. */
const KEYS: Readonly<Record<string, string>> = {
  '\u0003': 'ctrl-c',
  '\u001b': 'escape',
  '\r': 'enter',
  '\n': 'enter',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u001b[A': 'up',
  '\u001b[B': 'down',
  '\u001bOA': 'up',
  '\u001bOB': 'down',
  '\u001b[5~': 'page-up',
  '\u001b[6~': 'page-down',
  '\u001b[H': 'home',
  '\u001b[F': 'end',
  '\u001bOH': 'home',
  '\u001bOF': 'end',
  '\u001b[1~': 'home',
  '\u001b[4~': 'end',
};

/** One key as a terminal sends it: a control sequence, or a character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are control characters
const KEY = /\u001b[[O][0-9;]*[A-Za-z~]|[\s\S]/gu;

/** The keys in what a terminal has sent; sequences that are no key of ours are left out. */
export function keysIn(sent: string): string[] {
  return (sent.match(KEY) ?? [])
    .map((one) => KEYS[one] ?? one)
    .filter((key) => Object.values(KEYS).includes(key) || /^[\u0020-\u007e]$/.test(key));
}

/** A terminal taken over. */
export interface Terminal {
  readonly width: number;
  readonly height: number;
  draw(lines: readonly Line[]): void;
  /** Gives the terminal back, once. */
  restore(): void;
}

/** Takes the terminal over, until `restore` or the end of the process, however that comes. */
export function takeTerminal(onKey: (key: string) => void, onResize: () => void): Terminal {
  const { stdin, stdout } = process;
  let isTaken = true;
  const restore = (): void => {
    if (!isTaken) return;
    isTaken = false;
    process.off('exit', restore);
    stdin.off('data', onData);
    stdout.off('resize', onResize);
    stdin.setRawMode(false);
    stdin.pause();
    stdout.write(LEAVE);
  };
  const onData = (sent: string): void => {
    for (const key of keysIn(sent)) if (isTaken) onKey(key);
  };
  process.on('exit', restore);
  stdin.setEncoding('utf8');
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  stdout.on('resize', onResize);
  stdout.write(ENTER);
  const looks = takesColour(stdout) ? LOOKS : PLAIN_LOOKS;
  return {
    get width() {
      return stdout.columns;
    },
    get height() {
      return stdout.rows;
    },
    draw(lines) {
      const text = lines.map(({ look, text }) => `\u001b[${looks[look]}m${text}\u001b[0m\u001b[K`);
      if (isTaken) stdout.write(`\u001b[H${text.join('\r\n')}\u001b[J`);
    },
    restore,
  };
}
