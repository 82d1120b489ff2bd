// Holds the tree to the style guide: sizes, names, header comments, docstrings and clean texts.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { licenceViolations } from './licences.js';
import { lockViolations } from './lock-file.js';
import { isMain, printVerdict } from './report.js';
import { parseModule, type Violation } from './source-tree.js';
import { codeViolations } from './tidy-code.js';

// About 150 lines are wanted and 600 are the end, as the style guide has it.
const FILE_LINES_MAX = 600;
const LINE_COLUMNS_MAX = 100;

/** What no formatter can break: a link, or a text of a message. */
const UNBREAKABLE = /https?:\/\/|'[^']{50,}'|`[^`]{40,}`|^\s+[^ ].{0,20}`/;
const BLOB_BYTES_MAX = 1_000_000;

/** Everything the top level may hold; whatever else appears there needs a decision. */
const TOP_LEVEL = new Set(
  [
    'engine actors proto bench deploy scripts package.json package-lock.json tsconfig.json',
    'README.md LICENSE',
  ].flatMap((line) => line.split(' ')),
);

/** Names that say nothing about what is inside. */
const EMPTY_NAMES = /^(utils?|common|helpers?|misc|managers?)$/;
const CODE_FILE = /\.(ts|tsx|mjs)$/;
const TEXT_FILE = /\.(ts|tsx|mjs|js|json|yaml|yml|md|proto|css|html|sh|toml|txt)$/;

// Put together from parts, or this file would break its own rules.
const UNFINISHED = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'HA' + 'CK'].join('|')})\\b`);
const MACHINE_PATH = new RegExp(`(^|[\\s'"\`(=:])/(${['work', 'tmp', 'root'].join('|')})/`);
const OUTSIDE_PATH = new RegExp(['\\.\\.', 'shared'].join('/'));

/** Every breach of the tidy rules in the files of the tree at `root`. */
export function tidyViolations(root: string, files: readonly string[]): Violation[] {
  return files.flatMap((file) => [
    ...nameViolations(file),
    ...sizeViolations(root, file),
    ...(isText(file) ? textViolations(file, readFileSync(path.join(root, file), 'utf8')) : []),
  ]);
}

/** The files git tracks or would track: what a clone of the next commit holds. */
export function treeFiles(root: string): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64_000_000 });
  const files = [...new Set(listed.split('\0'))].filter((file) => file !== '');
  return files.filter((file) => existsSync(path.join(root, file))).sort();
}

function isText(file: string): boolean {
  return TEXT_FILE.test(file) && !isForeign(file) && file !== 'package-lock.json';
}

/** Generated code, and data that others wrote, is not ours to style. */
function isForeign(file: string): boolean {
  return file.startsWith('proto/gen/') || /(^|\/)(fixtures|tap-snapshots)\//.test(file);
}

function nameViolations(file: string): Violation[] {
  const violations: Violation[] = [];
  const report = (rule: string, text: string): void => {
    violations.push({ file, line: 1, rule, text });
  };
  const parts = file.split('/');
  const top = parts[0] ?? '';
  if (!TOP_LEVEL.has(top) && !top.startsWith('.')) {
    report('top-level', `'${top}' is not one of the top level's names: put it in a folder`);
  }
  for (const part of parts) {
    const stem = part.split('.')[0] ?? '';
    if (EMPTY_NAMES.test(stem)) report('empty-name', `'${part}' says nothing: name what it holds`);
  }
  const name = parts.at(-1) ?? '';
  if (CODE_FILE.test(name) && !isForeign(file) && !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name)) {
    report('kebab-case', `expected a kebab-case file name, was '${name}'`);
  }
  return violations;
}

function sizeViolations(root: string, file: string): Violation[] {
  const { size } = statSync(path.join(root, file));
  if (size <= BLOB_BYTES_MAX || file.startsWith('deploy/sample/')) return [];
  const text = `expected at most 1 MB outside deploy/sample, was ${(size / 1e6).toFixed(1)} MB`;
  return [{ file, line: 1, rule: 'blob-size', text }];
}

/** The rules that read a file's text; code is parsed for the rest. */
export function textViolations(file: string, text: string): Violation[] {
  const violations: Violation[] = [];
  const report = (line: number, rule: string, message: string): void => {
    violations.push({ file, line, rule, text: message });
  };
  const isCode = CODE_FILE.test(file);
  const lines = text.split('\n');
  if (isCode && lines.length - 1 > FILE_LINES_MAX) {
    report(1, 'file-length', `expected at most ${FILE_LINES_MAX} lines, was ${lines.length - 1}`);
  }
  const hasHeader = /^(#!.*\n)?\s*(\/\/ \S|\/\*)/.test(text);
  if (isCode && !hasHeader) report(1, 'header', 'expected a first comment saying what it is for');
  for (const [index, line] of lines.entries()) {
    const isLong = isCode && line.length > LINE_COLUMNS_MAX && !UNBREAKABLE.test(line);
    if (isLong) {
      report(index + 1, 'line-length', `expected at most 100 columns, was ${line.length}`);
    }
    const unfinished = UNFINISHED.exec(line);
    if (unfinished !== null) report(index + 1, 'unfinished', `finish it: ${unfinished[0]}`);
    if (MACHINE_PATH.test(line)) {
      report(index + 1, 'machine-path', 'a path of one machine: take it from an option');
    }
    if (OUTSIDE_PATH.test(line) && file !== 'README.md') {
      report(index + 1, 'outside-path', 'a path outside the tree: copy what is needed into it');
    }
  }
  if (isCode) violations.push(...codeViolations(parseModule(file, text)));
  return violations;
}

/** Every version in package.json is exact, so that two installs are the same. */
export function versionViolations(manifestText: string): Violation[] {
  // JSON.parse gives any; npm defines the shape.
  const manifest = JSON.parse(manifestText) as Record<string, Record<string, string> | undefined>;
  const groups = ['dependencies', 'devDependencies', 'optionalDependencies'];
  const exact = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/;
  return groups
    .flatMap((group) => Object.entries(manifest[group] ?? {}))
    .filter(([, version]) => !exact.test(version))
    .map(([name, version]) => ({
      file: 'package.json',
      line: 1,
      rule: 'exact-version',
      text: `expected an exact version of '${name}', was '${version}'`,
    }));
}

if (isMain(import.meta.url)) {
  const root = process.cwd();
  const files = treeFiles(root);
  const { violations, packageCount } = licenceViolations(root);
  const found = [
    ...tidyViolations(root, files),
    ...versionViolations(readFileSync(path.join(root, 'package.json'), 'utf8')),
    ...lockViolations(readFileSync(path.join(root, 'package-lock.json'), 'utf8')),
    ...violations,
  ];
  if (files.length === 0) {
    found.push({ file: '.', line: 1, rule: 'nothing-seen', text: 'expected files, was none' });
  }
  printVerdict('tidy', found, `${files.length} files, ${packageCount} production packages`);
}
