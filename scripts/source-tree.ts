// Lists the tree's source files and parses each into what the fences and tidy rules look at.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** The folders that hold sources, in the order of design: engine first. */
export const SOURCE_FOLDERS = ['engine', 'actors', 'proto', 'bench', 'deploy', 'scripts'] as const;

/** One breach of a rule, as printed: where, which rule, and what to do about it. */
export type Violation = {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly text: string;
};

/** One module specifier as written, with the line it stands on. */
type ImportUse = { readonly specifier: string; readonly line: number };

/** A source file, parsed once and shared by every rule. */
export type SourceModule = {
  /** Path from the root of the tree, with forward slashes. */
  readonly file: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly ImportUse[];
  readonly isTest: boolean;
};

/** A waiver comment that silenced a violation, with the reason its author gave. */
export type Waiver = { readonly file: string; readonly line: number; readonly text: string };

/** Every file under `folder`, as sorted paths from `root`; build output and packages left out. */
export function listFiles(root: string, folder: string): string[] {
  const start = path.join(root, folder);
  if (!existsSync(start)) return [];
  const found = readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .map((file) => file.split(path.sep).join('/'));
  return found.filter((file) => !/(^|\/)(node_modules|dist|\.tap)\//.test(file)).sort();
}

/** Parses every TypeScript source of the tree at `root`, generated code included. */
export function loadModules(root: string): SourceModule[] {
  return SOURCE_FOLDERS.flatMap((folder) => listFiles(root, folder))
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !file.includes('/fixtures/'))
    .map((file) => parseModule(file, readFileSync(path.join(root, file), 'utf8')));
}

/** Parses one source text. */
export function parseModule(file: string, text: string): SourceModule {
  const kind = file.endsWith('.tsx') ? ts.ScriptKind.TSX : undefined;
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
  const isTest = /\.test\.tsx?$/.test(file) || file.includes('/testkit/');
  return { file, text, tree, imports: importsOf(tree), isTest };
}

/** Calls `visit` for every node of the file, outer before inner. */
export function walk(tree: ts.Node, visit: (node: ts.Node) => void): void {
  const step = (node: ts.Node): void => {
    visit(node);
    ts.forEachChild(node, step);
  };
  step(tree);
}

/** The line, counted from 1, on which a node begins. */
export function lineOf(tree: ts.SourceFile, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
}

/** Every comment of a file with its first line; both kinds, wherever they stand. */
export function commentsOf(module: SourceModule): { text: string; line: number }[] {
  const starts = new Map<number, number>();
  const collect = (ranges: readonly ts.CommentRange[] | undefined): void => {
    for (const range of ranges ?? []) starts.set(range.pos, range.end);
  };
  const { text, tree } = module;
  walk(tree, (node) => {
    collect(ts.getLeadingCommentRanges(text, node.pos));
    collect(ts.getTrailingCommentRanges(text, node.end));
  });
  collect(ts.getLeadingCommentRanges(text, tree.endOfFileToken.pos));
  return [...starts]
    .map(([pos, end]) => ({
      text: text.slice(pos, end),
      line: tree.getLineAndCharacterOfPosition(pos).line + 1,
    }))
    .sort((left, right) => left.line - right.line);
}

/** The file a relative specifier names, if it is in the tree; `.js` stands for its source. */
export function resolveImport(
  from: string,
  specifier: string,
  files: ReadonlySet<string>,
): string | undefined {
  const target = path.posix.join(path.posix.dirname(from), specifier);
  const stem = target.replace(/\.(js|ts|tsx|mjs)$/, '');
  return [target, `${stem}.ts`, `${stem}.tsx`, `${stem}.mjs`].find((file) => files.has(file));
}

/** The package a bare specifier belongs to (`@scope/name` or `name`). */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

function importsOf(tree: ts.SourceFile): ImportUse[] {
  const found: ImportUse[] = [];
  const add = (node: ts.Node | undefined): void => {
    if (node !== undefined && ts.isStringLiteralLike(node)) {
      found.push({ specifier: node.text, line: lineOf(tree, node) });
    }
  };
  walk(tree, (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal);
    } else if (ts.isCallExpression(node) && isLoader(node.expression)) add(node.arguments[0]);
  });
  return found;
}

function isLoader(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(callee) && callee.text === 'require';
}
