// Prints a page to PDF with the Chromium of this machine, when there is one.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Fault } from '../../engine/index.js';

/** Where browsers that can print lie on common systems. */
const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A page prints in about two seconds. Units: milliseconds. */
const PRINT_MS_MAX = 60_000;

/** The browser to print with: `$CHROME_PATH`, or the first of the known ones. */
export function findBrowser(): string | undefined {
  const named = process.env['CHROME_PATH'];
  return [...(named === undefined ? [] : [named]), ...BROWSERS].find((path) => existsSync(path));
}

/** Prints. Errors: `report.no_browser`, `report.not_printed`. */
export async function printPdf(htmlFile: string, pdfFile: string): Promise<void> {
  const browser = findBrowser();
  if (browser === undefined) {
    throw new Fault(
      'report.no_browser',
      'expected Chromium or Chrome to print a PDF, found none; name one in $CHROME_PATH, or print the HTML by hand',
    );
  }
  const target = resolve(pdfFile);
  const args = [
    '--headless',
    '--disable-gpu',
    // The sandbox refuses to run for root, who prints in containers; the page is our own.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--no-pdf-header-footer',
    `--print-to-pdf=${target}`,
    pathToFileURL(resolve(htmlFile)).href,
  ];
  await new Promise<void>((done, failed) => {
    execFile(browser, args, { timeout: PRINT_MS_MAX }, (error, _out, err) => {
      if (error === null && existsSync(target)) return done();
      const why = error?.killed === true ? `it took over ${PRINT_MS_MAX} ms` : lastLine(err);
      const text = `expected ${browser} to print ${target}: ${why}`;
      failed(new Fault('report.not_printed', text, { cause: error }));
    });
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').pop() ?? '';
}
