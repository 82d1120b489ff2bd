// Portfolios in any number: the sample's limits, and books of 50 symbols each.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository } from '../../deploy/app/paths.js';
import { readMembers } from '../../deploy/config/members.js';
import type { PortfolioConfig } from '../../deploy/config/portfolio-config.js';

const POSITIONS = 50;

/** A portfolio of this file: an id and what it holds. */
interface Book {
  readonly id: string;
  readonly symbols: readonly string[];
}

/** Writes a file into `folder` and returns its path. For thousands: a file has a bound. */
export function writePortfolios(folder: string, count: number): string {
  const sample = readFileSync(inRepository('deploy', 'config', 'portfolios.yaml'), 'utf8');
  const [head = ''] = sample.split(/^portfolios:/m);
  // Groups name portfolios of the sample, which are not here.
  const alone = head.replace(/^groups:\n(?:[ #].*\n|\n)*/m, '');
  const lines = booksOf(count).map(({ id, symbols }) => {
    const held = symbols.map((symbol) => `'${symbol}'`).join(', ');
    return `  - { id: ${id}, cash: '10000000', long: { symbols: [${held}] }, long_share: 0.95 }`;
  });
  const file = join(folder, `portfolios-${count}.yaml`);
  writeFileSync(file, `${alone}portfolios:\n${lines.join('\n')}\n`);
  return file;
}

/** So many portfolios as the product has them after reading a file, in any number. */
export function portfolioConfigs(count: number): readonly PortfolioConfig[] {
  return booksOf(count).map(({ id, symbols }) => ({
    id,
    name: id,
    cash: 10_000_000_000_000n,
    long: { all: false, sector: '', symbols },
    longShare: 0.95,
    short: undefined,
    shortShare: 0,
    owner: undefined,
    lots: 'fifo' as const,
  }));
}

function booksOf(count: number): Book[] {
  const members = inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv');
  const symbols = [...readMembers(members).keys()];
  return Array.from({ length: count }, (_, index) => ({
    id: `p${index}`,
    // Strides without a common factor give every portfolio another set.
    symbols: Array.from(
      { length: POSITIONS },
      (_position, step) => symbols[(index * 7 + step * 11) % symbols.length]!,
    ),
  }));
}
