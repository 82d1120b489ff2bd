// Counts tests in a TAP stream: a test is a named block with no named block inside it.

/** The outcome of a run, counted in tests rather than in assertions. */
export type TestCounts = { passed: number; failed: number; skipped: number };

/** The outcome of one test file, reported when its last line was read. */
export type FileOutcome = {
  readonly file: string;
  readonly isOk: boolean;
  readonly durationMs: number;
  readonly counts: TestCounts;
  /** The TAP of the file's failures, as written; empty when all went well. */
  readonly failures: readonly string[];
};

type Block = {
  readonly depth: number;
  readonly counts: TestCounts;
  readonly lines: string[];
  /** Set for the buffered form, whose result stands before its content. */
  readonly point: string | undefined;
  hasInner: boolean;
};

const POINT = /^(not ok|ok)\b(?: \d+)?(?: - )?(.*)$/;
const FAILURE_LINES_MAX = 200;

/** Reads TAP line by line and calls `onFile` as each test file ends. */
export class TapReader {
  readonly totals: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  readonly #onFile: (outcome: FileOutcome) => void;
  readonly #stack: Block[] = [];
  /** Indent of the YAML block being skipped, or -1; its text may look like TAP. */
  #yamlIndent = -1;

  /** Reports each file's outcome to `onFile`, in the order in which the stream ends them. */
  constructor(onFile: (outcome: FileOutcome) => void) {
    this.#onFile = onFile;
  }

  /** Takes the next line of the stream, without its line break. */
  line(raw: string): void {
    const text = raw.trimStart();
    const indent = raw.length - text.length;
    if (this.#yamlIndent >= 0 || text === '---') {
      this.#keep(raw);
      if (text === '---') this.#yamlIndent = Math.max(this.#yamlIndent, indent);
      else if (text === '...' && indent === this.#yamlIndent) this.#yamlIndent = -1;
      return;
    }
    const depth = Math.floor(indent / 4);
    // What opens a block is kept with that block, all else with the one it stands in.
    const isOpening = text.startsWith('# Subtest') || (POINT.test(text) && text.endsWith('{'));
    if (!isOpening) this.#keep(raw);
    if (text === '}') this.#close(depth, undefined);
    else if (text.startsWith('# Subtest')) this.#open(depth, undefined);
    else if (POINT.test(text)) this.#point(depth, text);
    else if (text.startsWith('Bail out!')) this.totals.failed++;
    if (isOpening) this.#keep(raw);
  }

  #keep(raw: string): void {
    const block = this.#stack.at(-1);
    if (block !== undefined && block.lines.length < FAILURE_LINES_MAX) block.lines.push(raw);
  }

  #open(depth: number, point: string | undefined): void {
    const parent = this.#stack.at(-1);
    if (parent !== undefined) parent.hasInner = true;
    const counts = { passed: 0, failed: 0, skipped: 0 };
    this.#stack.push({ depth, counts, lines: [], point, hasInner: false });
  }

  #point(depth: number, text: string): void {
    if (text.endsWith('{')) {
      // `# Subtest` may have announced this buffered block already.
      if (this.#stack.at(-1)?.depth === depth) this.#stack.pop();
      this.#open(depth, text.slice(0, -1).trimEnd());
      return;
    }
    this.#close(depth, text);
  }

  #close(depth: number, point: string | undefined): void {
    const block = this.#stack.at(-1);
    if (block === undefined || block.depth !== depth) {
      // A file that never got as far as opening a block, or an assertion inside a test.
      if (depth === 0 && point !== undefined) this.#finish(emptyBlock(), point);
      return;
    }
    const result = point ?? block.point;
    if (result === undefined) return;
    this.#stack.pop();
    this.#finish(block, result);
  }

  #finish(block: Block, result: string): void {
    const match = POINT.exec(result);
    const description = match?.[2] ?? '';
    const isOk = match?.[1] === 'ok';
    // TAP's two directives for a point that does not count: skip, and to-do.
    const isSkipped = /# (SKIP|TO.O)\b/i.test(description);
    const { counts } = block;
    if (isSkipped) counts.skipped++;
    else if (!block.hasInner) counts[isOk ? 'passed' : 'failed']++;
    // The block failed by itself: a timeout, a thrown error, a wrong plan.
    else if (!isOk && counts.failed === 0) counts.failed++;
    if (block.depth > 0) this.#join(block, isOk || isSkipped);
    else this.#endFile(block, description, isOk || isSkipped);
  }

  #join(block: Block, isOk: boolean): void {
    const parent = this.#stack.at(-1);
    if (parent === undefined) return;
    add(parent.counts, block.counts);
    // Only what failed is kept, to be printed when the file ends.
    if (!isOk && parent.lines.length < FAILURE_LINES_MAX) parent.lines.push(...block.lines);
  }

  #endFile(block: Block, description: string, isOk: boolean): void {
    add(this.totals, block.counts);
    const time = /# time=([\d.]+)(ms|s)?/.exec(description);
    const scale = time?.[2] === 's' ? 1000 : 1;
    this.#onFile({
      file: description.replace(/\s*# .*$/, ''),
      isOk,
      durationMs: Number(time?.[1] ?? 0) * scale,
      counts: block.counts,
      failures: isOk ? [] : block.lines,
    });
  }
}

/** The one line that every test run ends with. */
export function countsLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function emptyBlock(): Block {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  return { depth: 0, counts, lines: [], point: undefined, hasInner: false };
}

function add(into: TestCounts, from: TestCounts): void {
  into.passed += from.passed;
  into.failed += from.failed;
  into.skipped += from.skipped;
}
