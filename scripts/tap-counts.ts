// Counts tests in a file's TAP: a test is a named block with no named block inside it.

/** The outcome of a run, counted in tests rather than in assertions. */
export type TestCounts = { passed: number; failed: number; skipped: number };

/** What the TAP of one test file said. */
export type TapOutcome = {
  readonly isOk: boolean;
  readonly counts: TestCounts;
  /** The TAP of the file's failures, as written; empty when all went well. */
  readonly failures: readonly string[];
};

type Block = {
  /** Of the lines that open and close it; the file around all is at -1. */
  readonly depth: number;
  readonly counts: TestCounts;
  readonly lines: string[];
  /** Set for the buffered form, whose result stands before its content. */
  readonly point: string | undefined;
  hasInner: boolean;
};

const POINT = /^(not ok|ok)\b(?: \d+)?(?: - )?(.*)$/;
const PLAN = /^1\.\.(\d+)/;
const FAILURE_LINES_MAX = 200;

/** Reads the TAP of one test file, line by line. */
export class TapReader {
  readonly #stack: Block[] = [];
  readonly #file: Block = emptyBlock(-1, undefined);
  /** Indent of the YAML block being skipped, or -1; its text may look like TAP. */
  #yamlIndent = -1;
  /** Points that the file said it has. */
  #planned: number | undefined;
  #hasBailedOut = false;

  /** Takes the next line of the file's output, without its line break. */
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
    else if (text.startsWith('Bail out!')) this.#hasBailedOut = true;
    else if (indent === 0 && PLAN.test(text)) this.#planned = Number(PLAN.exec(text)?.[1]);
    if (isOpening) this.#keep(raw);
  }

  /** What the file came to, once its last line was read and its process ended well or not. */
  end(isExitOk: boolean): TapOutcome {
    // Whatever cut the file short failed the tests that it was in.
    while (this.#stack.length > 0) this.#finish(this.#inner(), false, false);
    const { counts, lines } = this.#file;
    const isWhole = isExitOk && this.#planned !== undefined && !this.#hasBailedOut;
    const isOk = isWhole && counts.failed === 0;
    count(this.#file, isOk, isOk && this.#planned === 0);
    return { isOk, counts, failures: isOk ? [] : lines };
  }

  /** The block that lines stand in now. */
  #inner(): Block {
    return this.#stack.at(-1) ?? this.#file;
  }

  #keep(raw: string): void {
    const { lines } = this.#inner();
    if (lines.length < FAILURE_LINES_MAX) lines.push(raw);
  }

  #open(depth: number, point: string | undefined): void {
    this.#inner().hasInner = true;
    this.#stack.push(emptyBlock(depth, point));
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
    // At another depth it is an assertion inside a test.
    if (block === undefined || block.depth !== depth) return;
    const result = point ?? block.point;
    if (result === undefined) return;
    const match = POINT.exec(result);
    // TAP's two directives for a point that does not count: skip, and to-do.
    const isSkipped = /# (SKIP|TO.O)\b/i.test(match?.[2] ?? '');
    this.#finish(block, match?.[1] === 'ok', isSkipped);
  }

  /** Ends the innermost block: its counts, and its text if it failed, go to the one around it. */
  #finish(block: Block, isOk: boolean, isSkipped: boolean): void {
    this.#stack.pop();
    count(block, isOk, isSkipped);
    const outer = this.#inner();
    addCounts(outer.counts, block.counts);
    if (isOk || isSkipped) return;
    outer.lines.push(...block.lines.slice(0, FAILURE_LINES_MAX - outer.lines.length));
  }
}

/** Adds the counts of a part to those of the whole. */
export function addCounts(into: TestCounts, from: TestCounts): void {
  into.passed += from.passed;
  into.failed += from.failed;
  into.skipped += from.skipped;
}

/** The one line that every test run ends with. */
export function countsLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Counts the block itself: a test if there is none inside, and always what failed by itself. */
function count({ counts, hasInner }: Block, isOk: boolean, isSkipped: boolean): void {
  if (isSkipped) counts.skipped++;
  else if (!hasInner) counts[isOk ? 'passed' : 'failed']++;
  // A timeout, a thrown error, a wrong plan.
  else if (!isOk && counts.failed === 0) counts.failed++;
}

function emptyBlock(depth: number, point: string | undefined): Block {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  return { depth, counts, lines: [], point, hasInner: false };
}
