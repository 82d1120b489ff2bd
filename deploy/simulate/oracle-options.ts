// What options do to the judge's own books, read from their symbols by other code than theirs.

/** Root, digit of an adjusted one, expiry with right, strike in thousandths. */
const SYMBOL = /^([A-Z]+?)(\d?)(\d{6}[CP])(\d{8})$/;

/** What the exercise of contracts trades, at the strike. Units: millionths. */
export function exercised(
  symbol: string,
  contracts: bigint,
): { readonly stock: string; readonly shares: bigint; readonly strike: bigint } {
  const [, stock = '', , kind = '', thousandths = '0'] = SYMBOL.exec(symbol) ?? [];
  const shares = contracts * 100n * (kind.endsWith('C') ? 1n : -1n);
  return { stock, shares, strike: BigInt(thousandths) * 1_000n };
}

/** What the exercise of contracts trades. Units: millionths. */
type Exercised = ReturnType<typeof exercised>;

/**
 * What becomes of contracts, owed below zero, at a close: undefined of shares, before the last day
 * and of adjusted ones. Worth of a cent a share and more is exercised.
 */
export function settled(
  symbol: string,
  contracts: bigint,
  date: number,
  priceOf: (stock: string) => number,
): Exercised | 'expired' | undefined {
  const [, stock = '', digit = '', kind = '', thousandths = ''] = SYMBOL.exec(symbol) ?? [];
  if (stock === '' || digit !== '' || 20_000_000 + Number(kind.slice(0, 6)) > date)
    return undefined;
  const above = Math.round(priceOf(stock) * 100) - Number(thousandths) / 10;
  const cents = kind.endsWith('C') ? above : -above;
  return cents >= 1 ? exercised(symbol, contracts) : 'expired';
}

/**
 * Restates the contracts on a stock that is split: into whole shares by number and strike, rounded
 * to the cent with halves up; else by a digit behind the root, the first that is free.
 */
export function splitOptions(held: Map<string, bigint>, stock: string, split: number): void {
  const options = [...held].flatMap(([symbol, contracts]) => {
    const [, root, digit = '', kind = '', thousandths = ''] = SYMBOL.exec(symbol) ?? [];
    return root === stock ? [{ symbol, contracts, digit, kind, thousandths }] : [];
  });
  // An adjusted contract keeps its name.
  const standard = options.filter(({ digit }) => digit === '');
  for (const { symbol } of standard) held.delete(symbol);
  for (const { contracts, kind, thousandths } of standard) {
    if (Number.isInteger(split)) {
      const cents = Math.floor(Number(thousandths) / 10 / split + 0.5);
      const strike = String(cents * 10).padStart(8, '0');
      held.set(`${stock}${kind}${strike}`, contracts * BigInt(split));
      continue;
    }
    let digit = 1;
    while (held.has(`${stock}${digit}${kind}${thousandths}`)) digit++;
    held.set(`${stock}${digit}${kind}${thousandths}`, contracts);
  }
}
