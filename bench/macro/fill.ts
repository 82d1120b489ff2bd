// From a fill that is on disk to the portfolio's profit that has it.

import { create } from '@bufbuild/protobuf';
import {
  CommandRequestSchema,
  type PortfolioDetail,
  TradeSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import type { Sample } from '../lib/case.js';
import { nowUs } from '../lib/clock.js';
import { observed } from '../lib/profile.js';
import { quantile } from '../lib/statistics.js';
import { type Running, withSystem } from '../lib/system.js';

const PORTFOLIO = 'megacaps';

/** Fills before measuring and measured. */
const WARM = 100;
const MEASURED = 500;

/** From the acknowledgement to the profit, and from the sending: that waits for the disk. */
export function run(): Promise<Sample> {
  return withSystem({ shards: '1' }, measure);
}

async function measure({ system }: Running): Promise<Sample> {
  const show = async (): Promise<PortfolioDetail> => {
    const shown = await system.portfolios.get(PORTFOLIO);
    if (!shown.ok) throw new Error(shown.refusal.text);
    return shown.value;
  };
  const after = new Float64Array(MEASURED);
  const whole = new Float64Array(MEASURED);
  let held = sharesOf(await show());
  const fill = async (index: number): Promise<void> => {
    const value = create(TradeSchema, { symbol: 'KO', side: 'buy', quantity: '1', price: '50' });
    const command = { case: 'trade', value } as const;
    const sentUs = nowUs();
    const answer = await system.portfolios.command(
      create(CommandRequestSchema, { portfolio: PORTFOLIO, commandId: `fill-${index}`, command }),
    );
    const filledUs = nowUs();
    const shown = await show();
    const shownUs = nowUs();
    if (!answer.accepted) throw new Error(answer.text);
    if (sharesOf(shown) !== ++held) throw new Error('expected the fill among the positions');
    if (index < 0) return;
    after[index] = (shownUs - filledUs) / 1000;
    whole[index] = (shownUs - sentUs) / 1000;
  };
  for (let index = -WARM; index < 0; index++) await fill(index);
  await observed(async () => {
    for (let index = 0; index < MEASURED; index++) await fill(index);
  });
  return {
    p50: quantile(after, 0.5),
    p99: quantile(after, 0.99),
    whole: quantile(whole, 0.99),
  };
}

/** Shares held of the symbol that is bought here. */
function sharesOf({ positions }: PortfolioDetail): number {
  return Number(positions.find(({ symbol }) => symbol === 'KO')?.quantity ?? 0);
}
