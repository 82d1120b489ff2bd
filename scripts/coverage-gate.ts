// Holds line coverage of the engine and the actors above a floor, files never loaded included.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Report } from 'c8';
import { listFiles } from './source-tree.js';

/** Folders under the floor; deploy is proved by running it, scripts by their own tests. */
const GATED_FOLDERS = ['engine', 'actors'] as const;

/** Where V8 leaves what each process covered, and where that becomes one summary. */
const COVERAGE_FOLDER = '.tap/coverage';
const REPORT_FOLDER = '.tap/report';
const SUMMARY_NAME = 'coverage-summary.json';

/** The floor, in per cent of lines: the issue asks for 85. */
const LINE_PERCENT_MIN = 85;

type LineCount = { readonly total: number; readonly covered: number };

/** Coverage of one folder against the floor. */
export type FolderCoverage = {
  readonly folder: string;
  readonly linePercent: number;
  readonly isEnough: boolean;
  /** The files with most uncovered lines, worst first, as `file (uncovered)`. */
  readonly worst: readonly string[];
};

/**
 * Where a compiled test is to leave its coverage. What a gated folder holds its own tests are to
 * reach; counting every block would slow the others for nothing.
 */
export function coverageFolderOf(file: string): string | undefined {
  const isGated = GATED_FOLDERS.some((folder) => file.startsWith(`dist/${folder}/`));
  return isGated ? COVERAGE_FOLDER : undefined;
}

/** Removes what earlier runs covered. */
export function forgetCoverage(root: string): void {
  for (const folder of [COVERAGE_FOLDER, REPORT_FOLDER]) {
    rmSync(path.join(root, folder), { recursive: true, force: true });
  }
}

/** Prints the coverage of each gated folder; answers whether all reach the floor. */
export async function isCoverageEnough(root: string): Promise<boolean> {
  await new Report({
    include: GATED_FOLDERS.map((folder) => `dist/${folder}/**`),
    reporter: ['json-summary'],
    tempDirectory: COVERAGE_FOLDER,
    reportsDirectory: REPORT_FOLDER,
  }).run();
  let isEnough = true;
  for (const coverage of judgeCoverage(root, path.join(root, REPORT_FOLDER, SUMMARY_NAME))) {
    const percent = coverage.linePercent.toFixed(1);
    console.log(`coverage ${coverage.folder}: ${percent} % of lines`);
    if (coverage.isEnough) continue;
    isEnough = false;
    console.log(
      `coverage ${coverage.folder}: expected at least 85 %, was ${percent} %; uncovered:`,
    );
    for (const file of coverage.worst) console.log(`  ${file}`);
  }
  return isEnough;
}

/**
 * Reads the JSON summary of a coverage run and judges each gated folder.
 * Shape: files that no test loaded count with every line of theirs uncovered.
 */
export function judgeCoverage(root: string, summaryFile: string): FolderCoverage[] {
  // JSON.parse gives any; the shape is that of istanbul's json-summary report.
  const summary = JSON.parse(readFileSync(summaryFile, 'utf8')) as Record<
    string,
    { readonly lines: LineCount } | undefined
  >;
  return GATED_FOLDERS.filter((folder) => existsSync(path.join(root, folder))).map((folder) => {
    const counts = new Map<string, LineCount>();
    for (const file of gatedFiles(root, folder)) {
      const seen = summary[path.join(root, file)]?.lines;
      counts.set(file, seen ?? { total: lineCount(root, file), covered: 0 });
    }
    return judgeFolder(folder, counts);
  });
}

function judgeFolder(folder: string, counts: ReadonlyMap<string, LineCount>): FolderCoverage {
  let total = 0;
  let covered = 0;
  for (const lines of counts.values()) {
    total += lines.total;
    covered += lines.covered;
  }
  const linePercent = total === 0 ? 100 : (100 * covered) / total;
  const worst = [...counts]
    .map(([file, lines]) => ({ file, missing: lines.total - lines.covered }))
    .filter(({ missing }) => missing > 0)
    .sort((left, right) => right.missing - left.missing || left.file.localeCompare(right.file))
    .slice(0, 8)
    .map(({ file, missing }) => `${file} (${missing})`);
  return { folder, linePercent, isEnough: linePercent >= LINE_PERCENT_MIN, worst };
}

function gatedFiles(root: string, folder: string): string[] {
  return listFiles(root, folder).filter(
    (file) =>
      file.endsWith('.ts') &&
      !file.endsWith('.test.ts') &&
      !file.includes('/fixtures/') &&
      hasCode(root, file),
  );
}

/** Whether a file compiles to anything at all: one of types alone can never be covered. */
function hasCode(root: string, file: string): boolean {
  const compiled = path.join(root, 'dist', file.replace(/\.ts$/, '.js'));
  if (!existsSync(compiled)) return true;
  const code = readFileSync(compiled, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/export \{\};?/, '');
  return code.trim() !== '';
}

function lineCount(root: string, file: string): number {
  return readFileSync(path.join(root, file), 'utf8').split('\n').length;
}
