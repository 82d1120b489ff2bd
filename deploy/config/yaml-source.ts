// Reads YAML files and tells the line and column of every mistake found in them.

import { readFileSync, statSync } from 'node:fs';
import { type Document, isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml';
import { Fault } from '../../engine/index.js';

/** Longest configuration file: far above any real one, far below what would hurt. */
const BYTES_MAX = 1_000_000;

/** Most uses of anchors in one file: some dozens are plenty, millions are an attack. */
const ALIASES_MAX = 100;

/** Mistakes told of one file: who mends these sees the others next. */
const TOLD_MAX = 20;

/** A mistake at a place in the data. */
export interface ConfigMistake {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** A parsed file. */
export interface YamlSource {
  readonly file: string;
  readonly data: unknown;
  /** Throws `config.invalid` with a line a mistake, `file:line:column text`, when there are any. */
  failOn(mistakes: readonly ConfigMistake[]): void;
}

/** Reads and parses a file. Errors: `config.unreadable`, `config.too_large`, `config.invalid`. */
export function readYaml(file: string): YamlSource {
  return parseYaml(readConfigText(file), file);
}

/** The text of a configuration file. Errors: `config.unreadable`, `config.too_large`. */
export function readConfigText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > BYTES_MAX) {
      throw new Fault('config.too_large', `expected ${file} below ${BYTES_MAX} bytes, was ${size}`);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('config.unreadable', `expected to read ${file}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Parses a text as if it were a file of that name. Errors: `config.invalid`. */
export function parseYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  // A key that is no text is a mistake like any other, not a warning of the process.
  const document = parseDocument(text, { lineCounter: lines, stringKeys: true });
  const syntax = document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return `${file}:${line}:${col} ${error.message.split('\n')[0]}`;
  });
  if (syntax.length > 0) throw new Fault('config.invalid', listed(syntax));
  return {
    file,
    data: plainData(document, file),
    failOn(mistakes) {
      if (mistakes.length === 0) return;
      const texts = mistakes.map(({ path, text: what }) => {
        const { line, col } = lines.linePos(offsetOf(document, path));
        return `${file}:${line}:${col} ${what}`;
      });
      throw new Fault('config.invalid', listed(texts));
    },
  };
}

/** Mistakes, a line each. */
function listed(mistakes: readonly string[]): string {
  const more = mistakes.length - TOLD_MAX;
  const told = mistakes.slice(0, TOLD_MAX).join('\n');
  return more > 0 ? `${told}\nand ${more} mistakes more` : told;
}

/** The document as plain data. Aliases that multiply without end are refused. */
function plainData(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX });
  } catch (error) {
    throw new Fault(
      'config.invalid',
      `${file}:1:1 expected at most ${ALIASES_MAX} aliases, each of a known anchor: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

/** Offset of the deepest part of a path that the document has; its key where it is in a map. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => {
        const key = isNode(item.key) ? item.key.toJSON() : item.key;
        return String(key) === String(path[depth - 1]);
      });
      if (isPair(pair) && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
