// A chart of a file's quality: records by code, and how complete the least complete symbols are.

import { barChart } from '../report/bar-chart.js';
import type { Picture } from '../report/svg.js';
import type { FileQuality } from './file-quality.js';

/** Rows that a chart shows. */
const ROWS_MAX = 25;

/** Draws the share of what the calendar expects that is missing, by symbol and day. */
export function qualityChart({ source, kind, rows }: FileQuality): Picture {
  const missing = rows
    .map((row) => ({ ...row, missing: row.expected === 0 ? 0 : 1 - row.seen / row.expected }))
    .sort((a, b) => b.missing - a.missing || b.refused - a.refused)
    .slice(0, ROWS_MAX);
  const unit = kind === 'daily' ? 'sessions' : 'minutes of the session';
  return barChart({
    title: `${source}: what is missing`,
    subtitle: `share of the ${unit} that the exchange's calendar expects; the ${missing.length} least complete of ${rows.length}`,
    bars: missing.map((row) => ({
      label: row.date === 0 ? row.symbol : `${row.symbol} ${row.date}`,
      value: row.missing,
      text: `${(row.missing * 100).toFixed(2)} %, ${row.refused} refused`,
      tone: row.missing > 0.01 || row.refused > 0 ? 'bad' : 'good',
    })),
  });
}
