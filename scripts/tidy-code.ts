// The tidy rules that need the parsed code: function sizes, casts, docstrings and types.

import ts from 'typescript';
import { commentsOf, lineOf, type SourceModule, type Violation, walk } from './source-tree.js';

const FUNCTION_LINES_MAX = 70;

/** Markup is long without being deep. */
const FUNCTION_LINES_MAX_MARKUP = 120;
// The guide asks for four; a fifth is let through where an object would say no more.
const PARAMETERS_MAX = 5;

/** In files with hot code an options object would cost an allocation a row. */
const PARAMETERS_MAX_HOT = 8;

/** Every breach of the rules on functions, types, casts and docstrings in one file. */
export function codeViolations(module: SourceModule): Violation[] {
  const violations: Violation[] = [];
  const { file, tree } = module;
  const explained = linesWithComment(module);
  const isHot = commentsOf(module).some(({ text }) => /\bhot\b/i.test(text));
  const linesMax = file.endsWith('.tsx') ? FUNCTION_LINES_MAX_MARKUP : FUNCTION_LINES_MAX;
  const parametersMax = isHot ? PARAMETERS_MAX_HOT : PARAMETERS_MAX;
  const report = (node: ts.Node, rule: string, text: string): void => {
    violations.push({ file, line: lineOf(tree, node), rule, text });
  };
  walk(tree, (node) => {
    if (isFunction(node) && !module.isTest) checkFunction(node, parametersMax, linesMax, report);
    if (node.kind === ts.SyntaxKind.AnyKeyword) report(node, 'any', 'say the type, or unknown');
    if (isForced(node) && !module.isTest && !isExplained(tree, node, explained)) {
      report(node, 'cast-reason', 'a cast needs its reason in a comment beside it or just above');
    }
  });
  if (!module.isTest) checkDocstrings(tree, report);
  return violations;
}

type Report = (node: ts.Node, rule: string, text: string) => void;

function isFunction(node: ts.Node): node is ts.FunctionLikeDeclaration {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

function checkFunction(
  node: ts.FunctionLikeDeclaration,
  parametersMax: number,
  linesMax: number,
  report: Report,
): void {
  const tree = node.getSourceFile();
  const end = tree.getLineAndCharacterOfPosition(node.end).line + 1;
  const lines = end - lineOf(tree, node) + 1;
  const name = node.name?.getText(tree) ?? 'this function';
  if (lines > linesMax) {
    report(node, 'function-length', `expected at most 70 lines in ${name}, was ${lines}`);
  }
  if (node.parameters.length > parametersMax) {
    const count = node.parameters.length;
    report(
      node,
      'parameters',
      `expected at most ${parametersMax} parameters of ${name}, was ${count}`,
    );
  }
}

/** `as const` only narrows a literal, so it is no claim that needs a reason. */
/** A cast that the compiler could not have checked at all: through `unknown`, or to `never`. */
function isForced(node: ts.Node): node is ts.AsExpression {
  if (!ts.isAsExpression(node)) return false;
  if (node.type.kind === ts.SyntaxKind.NeverKeyword) return true;
  const inner = node.expression;
  return ts.isAsExpression(inner) && inner.type.kind === ts.SyntaxKind.UnknownKeyword;
}

function linesWithComment(module: SourceModule): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const comment of commentsOf(module)) {
    const count = comment.text.split('\n').length;
    for (let offset = 0; offset < count; offset++) lines.add(comment.line + offset);
  }
  return lines;
}

/** A reason stands on the cast's lines, or right above the statement that holds it. */
function isExplained(tree: ts.SourceFile, node: ts.Node, lines: ReadonlySet<number>): boolean {
  let holder = node;
  while (!ts.isStatement(holder) && !ts.isClassElement(holder) && holder.parent !== undefined) {
    holder = holder.parent;
  }
  const last = tree.getLineAndCharacterOfPosition(node.end).line + 1;
  for (let line = lineOf(tree, node) - 1; line <= last; line++) if (lines.has(line)) return true;
  return lines.has(lineOf(tree, holder) - 1);
}

function checkDocstrings(tree: ts.SourceFile, report: Report): void {
  for (const statement of tree.statements) {
    if (!ts.canHaveModifiers(statement) || ts.isImportDeclaration(statement)) continue;
    const modifiers = ts.getModifiers(statement) ?? [];
    if (!modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) continue;
    if (ts.getJSDocCommentsAndTags(statement).length > 0) continue;
    const text = statement
      .getText(tree)
      .split(/[\s=({:<]+/, 4)
      .join(' ');
    report(statement, 'docstring', `expected a docstring above '${text}': one indicative line`);
  }
}
