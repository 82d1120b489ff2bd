// A portfolios file of any size: the sample's limits, and books of 50 symbols each.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository } from '../../deploy/app/paths.js';

const POSITIONS = 50;

/** Writes the file into `folder` and returns its path. */
export function writePortfolios(folder: string, count: number): string {
  const sample = readFileSync(inRepository('deploy', 'config', 'portfolios.yaml'), 'utf8');
  const [head = ''] = sample.split(/^portfolios:/m);
  const symbols = readFileSync(
    inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'),
    'utf8',
  )
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(',')[0] ?? '')
    .filter((symbol) => symbol !== '');
  const lines = Array.from({ length: count }, (_, index) => {
    // A stride without a common factor gives every portfolio another set.
    const held = Array.from(
      { length: POSITIONS },
      (_position, step) => `'${symbols[(index * 7 + step * 11) % symbols.length]}'`,
    );
    const long = `{ symbols: [${held.join(', ')}] }`;
    return `  - { id: p${index}, name: Book ${index}, cash: '10000000', long: ${long}, long_share: 0.95 }`;
  });
  const file = join(folder, `portfolios-${count}.yaml`);
  writeFileSync(file, `${head}portfolios:\n${lines.join('\n')}\n`);
  return file;
}
