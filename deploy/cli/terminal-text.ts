// Text for a terminal: as wide as it is, in colours where it takes them; plain for everyone else.

/** A stream that text goes to. */
export interface TextStream {
  readonly isTTY?: boolean;
  /** Characters of a line, where it is a terminal. */
  readonly columns?: number;
}

/** How a text may be shown: parameters of "select graphic rendition", ECMA-48. */
const LOOKS = { head: '1', bad: '31' } as const;

/** Narrowest that a column of text is cut to. Units: characters. */
const COLUMN_MIN = 8;

/**
 * Widest that a column of text is made where nothing is cut: one longer text moves its own line
 * alone, and not every line far to the right. Units: characters.
 */
const COLUMN_MAX = 48;

/** Longest line of prose on a wide terminal, to be read with ease. Units: characters. */
const PROSE_MAX = 100;

/** Between two columns. */
const GAP = '  ';

/** Whether a stream takes colours: a terminal that no NO_COLOR holds back. Source: no-color.org. */
export function takesColour(
  { isTTY }: TextStream,
  env: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  return isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/** A text in its look, where the stream takes it. */
export function painted(text: string, look: keyof typeof LOOKS, stream: TextStream): string {
  return takesColour(stream) ? `\u001b[${LOOKS[look]}m${text}\u001b[0m` : text;
}

/** A column as it is drawn. */
interface Column {
  readonly isNumber: boolean;
  width: number;
}

/**
 * Rows as aligned columns, the first row being the heads. Columns of numbers stand to the right.
 * On a terminal that is too narrow the widest texts are cut; elsewhere nothing is, and a text
 * wider than a column is made stands out of it.
 */
export function tableFor(
  rows: readonly (readonly (string | number)[])[],
  stream: TextStream,
): string {
  const texts = rows.map((row) => row.map(String));
  const columns = (texts[0] ?? []).map((_, at) => columnOf(texts, at));
  const isCut = stream.isTTY === true && stream.columns !== undefined;
  if (isCut) narrow(columns, stream.columns);
  else {
    for (const column of columns) {
      if (!column.isNumber) column.width = Math.min(column.width, COLUMN_MAX);
    }
  }
  return texts
    .map((row, index) => {
      const cells = row.map((text, at) => cellOf(text, columns[at]!, isCut)).join(GAP);
      return index === 0 ? painted(cells.trimEnd(), 'head', stream) : cells.trimEnd();
    })
    .join('\n');
}

function columnOf(texts: readonly (readonly string[])[], at: number): Column {
  const body = texts.slice(1).flatMap((row) => (row[at] === '' ? [] : [row[at] ?? '']));
  return {
    isNumber: body.length > 0 && body.every(isNumeric),
    width: Math.max(...texts.map((row) => row[at]?.length ?? 0)),
  };
}

/** A number with its unit, or what stands for one that is not there. */
function isNumeric(text: string): boolean {
  return /^([-+]?[\d.,]+( %)?|-|–|NaN)$/.test(text);
}

/**
 * Takes room from the widest texts until all fit; from the first column, which names the rows, only
 * once the others have none. Where they can't fit at all they are left alone.
 */
function narrow(columns: readonly Column[], room: number): void {
  const gaps = GAP.length * (columns.length - 1);
  const least = ({ isNumber, width }: Column): number =>
    isNumber ? width : Math.min(width, COLUMN_MIN);
  if (columns.reduce((sum, column) => sum + least(column), gaps) > room) return;
  const [names, ...others] = columns;
  for (let over = columns.reduce((sum, { width }) => sum + width, gaps) - room; over > 0; over--) {
    const widest = others
      .filter((column) => column.width > least(column))
      .toSorted((one, other) => other.width - one.width)[0];
    const cut = widest ?? names;
    if (cut !== undefined) cut.width--;
  }
}

function cellOf(text: string, { isNumber, width }: Column, isCut: boolean): string {
  const cut = isCut && text.length > width ? `${text.slice(0, width - 1)}…` : text;
  return isNumber || isNumeric(cut) ? cut.padStart(width) : cut.padEnd(width);
}

/** Prose broken between words at a terminal's width; one line for everyone else. */
export function proseFor(text: string, stream: TextStream): string {
  if (stream.isTTY !== true || stream.columns === undefined) return text;
  const room = Math.min(PROSE_MAX, stream.columns);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines.join('\n');
}
