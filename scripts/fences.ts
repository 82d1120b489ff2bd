// Checks who imports whom and which words stand where, as the design decided it.

import process from 'node:process';
import { importViolations } from './fence-imports.js';
import { purityViolations, wordViolations } from './fence-words.js';
import { isMain, printVerdict } from './report.js';
import {
  commentsOf,
  loadModules,
  type SourceModule,
  type Violation,
  type Waiver,
} from './source-tree.js';

/** What one run of the fences saw and found. */
export type FenceReport = {
  readonly moduleCount: number;
  readonly violations: readonly Violation[];
  readonly waivers: readonly Waiver[];
};

/**
 * Runs every fence over the tree at `root`.
 * Errors: a tree in which no module was seen is itself a violation (`nothing-seen`).
 */
export function runFences(root: string): FenceReport {
  const modules = loadModules(root);
  const found = [
    ...importViolations(modules),
    ...wordViolations(modules.filter(({ file }) => !file.startsWith('proto/gen/'))),
    ...purityViolations(modules),
  ];
  if (modules.length === 0) {
    const text = 'expected modules to check, was none: is this the root of the tree?';
    found.push({ file: '.', line: 1, rule: 'nothing-seen', text });
  }
  const { violations, waivers } = applyWaivers(modules, found);
  return { moduleCount: modules.length, violations, waivers };
}

/** `fence-allow: rule reason` on the line, or the line above, excuses that rule there. */
function applyWaivers(
  modules: readonly SourceModule[],
  found: readonly Violation[],
): { violations: Violation[]; waivers: Waiver[] } {
  const violations: Violation[] = [];
  const waivers: Waiver[] = [];
  const allowed = new Set<string>();
  for (const module of modules) {
    for (const comment of commentsOf(module)) {
      const match = /^\/[/*]\s*fence-allow:\s*(\S*)\s*(.*?)(\*\/)?$/s.exec(comment.text);
      if (match === null) continue;
      const rule = match[1] ?? '';
      const reason = (match[2] ?? '').trim();
      const place = { file: module.file, line: comment.line };
      if (reason === '') {
        const text = 'expected `fence-allow: rule reason`, was without a reason';
        violations.push({ ...place, rule: 'waiver', text });
        continue;
      }
      allowed.add(`${module.file}:${comment.line}:${rule}`);
      allowed.add(`${module.file}:${comment.line + 1}:${rule}`);
      waivers.push({ ...place, text: `${rule}: ${reason}` });
    }
  }
  for (const violation of found) {
    if (allowed.has(`${violation.file}:${violation.line}:${violation.rule}`)) continue;
    violations.push(violation);
  }
  return { violations, waivers };
}

if (isMain(import.meta.url)) {
  const { moduleCount, violations, waivers } = runFences(process.cwd());
  for (const { file, line, text } of waivers) console.log(`waived ${file}:${line} ${text}`);
  printVerdict('fences', violations, `${moduleCount} modules, ${waivers.length} waivers`);
}
