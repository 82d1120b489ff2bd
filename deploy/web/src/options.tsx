// The options of a portfolio: greeks of each and of all, and what moves of the market would do.

import type { Row } from './live.js';
import { Card, day, dollars, Facts, list, money, number, percent, sign } from './parts.jsx';
import { Table } from './tables.jsx';

/** What options come to; nothing where none are held. */
export function OptionCard(props: { positions: readonly Row[]; risk: Row }) {
  const { positions, risk } = props;
  const options = positions.filter((position) => position['option'] !== undefined);
  if (options.length === 0) return null;
  return (
    <Card title={options.length === 1 ? '1 option' : `${options.length} options`} wide>
      <Facts
        rows={[
          ['delta', dollars(risk['delta'])],
          ['gamma, for 1 %', dollars(risk['gamma'])],
          ['vega, a point', dollars(risk['vega'])],
          ['theta, a day', dollars(risk['theta'])],
          ['VaR 99, revalued', dollars(risk['var99'])],
          ['VaR 99 by delta and gamma', dollars(risk['approximateVar99'])],
          ['largest error of that', dollars(risk['approximationError'])],
        ]}
      />
      <Table
        columns={[
          ['option'],
          ['last day', 'low'],
          ['volatility', 'n'],
          ['which is', 'low'],
          ['delta', 'n'],
          ['gamma', 'n low'],
          ['vega', 'n low'],
          ['theta', 'n slim'],
        ]}
        rows={options}
      >
        {(position) => {
          const option = position['option'] as Row;
          const { priced } = option;
          return (
            <tr key={position['symbol']}>
              <td>{String(position['symbol'])}</td>
              <td class="low">{day(option['expiryDate'])}</td>
              <td class="n">{priced === true ? percent(option['volatility'], 1) : 'no price'}</td>
              <td class="low">{String(option['volatilitySource'])}</td>
              <td class="n">{money(option['delta'])}</td>
              <td class="n low">{money(option['gamma'])}</td>
              <td class="n low">{money(option['vega'])}</td>
              <td class="n slim">{money(option['theta'])}</td>
            </tr>
          );
        }}
      </Table>
      <Stress stress={list(risk['stress'])} />
    </Card>
  );
}

/** Profit under moves of all prices and volatilities. */
function Stress(props: { stress: readonly Row[] }) {
  const { stress } = props;
  const moves = [...new Set(stress.map((one) => number(one['priceMove'])))];
  const volatilities = [...new Set(stress.map((one) => number(one['volatilityMove'])))];
  return (
    <>
      <h3>Profit where all prices and volatilities move</h3>
      <Table
        columns={[['points'], ...moves.map((move): [string, string] => [percent(move, 0), 'n'])]}
        rows={volatilities.map((volatility) => ({ volatility }))}
      >
        {({ volatility }) => (
          <tr key={volatility}>
            <td>{Math.round(number(volatility) * 100)}</td>
            {stress
              .filter((one) => number(one['volatilityMove']) === volatility)
              .map((one) => (
                <td key={one['priceMove']} class={`n ${sign(one['profit'])}`}>
                  {money(one['profit'])}
                </td>
              ))}
          </tr>
        )}
      </Table>
    </>
  );
}
