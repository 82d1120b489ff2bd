// What a portfolio holds in each currency, and how old the rates are.

import type { Row } from './live.js';
import { Card, day, decimal, money, number, percent } from './parts.jsx';
import { Table } from './tables.jsx';

/** Days after which a rate is called old: currencies move by a per cent a week. */
const RATE_DAYS_MAX = 7;

/** A line a currency; nothing where there is one alone. */
export function CurrencyCard(props: { currencies: readonly Row[] }) {
  const { currencies } = props;
  if (currencies.length === 0) return null;
  return (
    <Card title="Currencies" wide>
      <p class="soft">
        Rates stand until others are entered. Value at risk does not count what they may do.
      </p>
      <Table
        columns={[
          ['currency'],
          ['cash', 'n'],
          ['accrued', 'n low'],
          ['rate', 'n'],
          ['of', 'slim'],
          ['worth', 'n low'],
          ['exposure', 'n'],
        ]}
        rows={currencies}
      >
        {(one) => (
          <tr key={one['currency']}>
            <td>{String(one['currency'])}</td>
            <td class="n">{decimal(one['cash'])}</td>
            <td class="n low">{decimal(one['accrued'])}</td>
            <td class="n">{String(one['rate'] ?? '')}</td>
            <td class={isOld(one) ? 'slim warned' : 'slim'}>{rateText(one)}</td>
            <td class="n low">{money(one['value'])}</td>
            <td class="n">{percent(one['weight'])}</td>
          </tr>
        )}
      </Table>
    </Card>
  );
}

function isOld(one: Row): boolean {
  return one['rate'] === undefined || number(one['rateDays']) > RATE_DAYS_MAX;
}

function rateText(one: Row): string {
  if (one['rate'] === undefined) return 'none: counts for nothing';
  if (number(one['rateDate']) === 0) return 'long ago';
  const days = number(one['rateDays']);
  return days > RATE_DAYS_MAX ? `${days} days ago` : day(one['rateDate']);
}
