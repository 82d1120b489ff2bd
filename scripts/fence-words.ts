// The word fences: no trading words in engine/, nothing impure in actors/ and engine/core.

import ts from 'typescript';
import { commentsOf, lineOf, type SourceModule, type Violation, walk } from './source-tree.js';

/** Words of trading, banned as a part of any identifier and as a word of any text in engine/. */
const TRADING_WORDS = new Set(
  [
    'tick ticks ticker tickers orders portfolio portfolios broker brokers brokerage instrument',
    'instruments trade trades trader traders trading traded symbol symbols price prices priced',
    'pricing stock stocks equity equities dividend dividends candle candles ohlc ohlcv market',
    'markets funnel funnels watchlist watchlists screener bid bids pnl var95 drawdown',
  ].flatMap((line) => line.split(' ')),
);

/** `order` is also English (sort order, in order): only these neighbours make it a trade order. */
const ORDER_AFTER = new Set(['id', 'ids', 'book', 'state', 'kind', 'side', 'size', 'status']);
const ORDER_BEFORE = new Set(['new', 'cancel', 'submit', 'place', 'client', 'limit', 'market']);

/** Globals that bring in time, chance, waiting or the process. */
const IMPURE_GLOBALS = new Set(
  [
    'Promise Date performance setTimeout setInterval setImmediate queueMicrotask process',
    'globalThis crypto fetch',
  ].flatMap((line) => line.split(' ')),
);

/** Trading words used in engine/; identifiers, strings and comments alike, tests included. */
export function wordViolations(modules: readonly SourceModule[]): Violation[] {
  return modules.filter(({ file }) => file.startsWith('engine/')).flatMap(wordsOfModule);
}

function wordsOfModule(module: SourceModule): Violation[] {
  const violations: Violation[] = [];
  const report = (line: number, word: string, where: string): void => {
    const text = `'${word}' is a word of trading, in ${where}: say row, record, frame or key`;
    violations.push({ file: module.file, line, rule: 'engine-words', text });
  };
  for (const comment of commentsOf(module)) {
    comment.text.split('\n').forEach((text, offset) => {
      const word = tradingWord(text, 'text');
      if (word !== undefined) report(comment.line + offset, word, 'a comment');
    });
  }
  walk(module.tree, (node) => {
    const isText = ts.isStringLiteralLike(node) || isTemplatePart(node);
    if (!isText && !ts.isIdentifier(node) && !ts.isPrivateIdentifier(node)) return;
    // `Symbol.iterator` and its kin are the language's, not the market's.
    if (ts.isIdentifier(node) && node.text === 'Symbol') return;
    const word = tradingWord(node.text, isText ? 'text' : 'identifier');
    if (word !== undefined) report(lineOf(module.tree, node), word, isText ? 'a text' : node.text);
  });
  return violations;
}

function isTemplatePart(node: ts.Node): node is ts.TemplateLiteralLikeNode {
  return ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
}

/** The first word of trading in a text, cut at case changes, digits' ends and punctuation. */
function tradingWord(text: string, kind: 'identifier' | 'text'): string | undefined {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '');
  for (const [index, word] of words.entries()) {
    if (TRADING_WORDS.has(word)) return word;
    if (word !== 'order') continue;
    if (kind === 'identifier' && words.length === 1 && !/^#?order$/.test(text)) return text;
    const isOrder =
      ORDER_AFTER.has(words[index + 1] ?? '') || ORDER_BEFORE.has(words[index - 1] ?? '');
    if (isOrder) return word;
  }
  return undefined;
}

/** Waiting, ambient time, chance and node: in the pure folders; tests are free to use them. */
export function purityViolations(modules: readonly SourceModule[]): Violation[] {
  return modules
    .filter(({ file, isTest }) => /^(actors|engine\/core)\//.test(file) && !isTest)
    .flatMap(purityOfModule);
}

function purityOfModule(module: SourceModule): Violation[] {
  const violations: Violation[] = [];
  const report = (line: number, what: string): void => {
    const text = `no ${what} here: time, chance and waiting come from the turn`;
    violations.push({ file: module.file, line, rule: 'purity', text });
  };
  for (const { specifier, line } of module.imports) {
    if (specifier.startsWith('node:')) report(line, `'${specifier}'`);
  }
  walk(module.tree, (node) => {
    const what = impurity(node);
    if (what !== undefined) report(lineOf(module.tree, node), what);
  });
  return violations;
}

function impurity(node: ts.Node): string | undefined {
  if (ts.isAwaitExpression(node)) return 'await';
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return 'for await';
  if (ts.isImportTypeNode(node)) return undefined;
  const isMath = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
  if (isMath && /^Math(\.random|\[.random.\])$/.test(node.getText())) return 'Math.random';
  if (!ts.isIdentifier(node) || !IMPURE_GLOBALS.has(node.text)) return undefined;
  return isGlobalUse(node) ? node.text : undefined;
}

/** Whether a name stands for the global: not a member, a field's name or a declaration's own. */
function isGlobalUse(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  const isNamed =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isBindingElement(parent) ||
    ts.isParameter(parent) ||
    ts.isVariableDeclaration(parent) ||
    ts.isFunctionDeclaration(parent);
  return !(isNamed && parent.name === node);
}
