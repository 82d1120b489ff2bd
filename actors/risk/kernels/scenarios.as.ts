// Scenario profits in AssemblyScript, two scenarios an instruction; compiled to WebAssembly, not by
// tsc. Its oracle is `createPlainKernel` beside it, which it equals to the last bit: every scenario
// is summed over the rows in the same order, and products are rounded before they are added.

/** Bytes from a row's returns to those of the next row. */
let rowBytes: usize = 0;

/**
 * Adds to the staged profits the staged changes times their rows' returns, over the window that
 * enters each row's ring of days at `firstSlot`. Rows are taken four at a time: up to three more
 * are staged, whose change is 0.
 *
 * `staging` is the address of this block; all that is in it is aligned to 8 bytes:
 *
 * ```
 * u32 returns   address of the first row's returns
 * u32 slots     days of a row's ring
 * u32 scenarios days of the window
 * u32 capacity  rows that may be staged
 * f64 profits[scenarios]   f64 changes[capacity]   u32 rows[capacity]
 * ```
 */
export function accumulate(staging: usize, count: i32, firstSlot: usize): void {
  const returns = <usize>load<u32>(staging);
  const slots = <usize>load<u32>(staging, 4);
  const scenarios = <usize>load<u32>(staging, 8);
  const profits = staging + 16;
  const changes = profits + (scenarios << 3);
  const rows = changes + ((<usize>load<u32>(staging, 12)) << 3);
  rowBytes = slots << 3;
  // The window may wrap round the end of the ring: then it is two spans.
  const beforeWrap = min(scenarios, slots - firstSlot);
  const rest = profits + (beforeWrap << 3);
  for (let from: usize = 0; from < <usize>count; from += 4) {
    const four = rows + (from << 2);
    const by = changes + (from << 3);
    addFour(profits, four, by, returns + (firstSlot << 3), beforeWrap << 3);
    addFour(rest, four, by, returns, (scenarios - beforeWrap) << 3);
  }
}

/** Adds four rows to a span of so many bytes of profits. */
function addFour(profits: usize, rows: usize, changes: usize, returns: usize, bytes: usize): void {
  const a = returns + <usize>load<u32>(rows) * rowBytes;
  const b = returns + <usize>load<u32>(rows, 4) * rowBytes;
  const c = returns + <usize>load<u32>(rows, 8) * rowBytes;
  const d = returns + <usize>load<u32>(rows, 12) * rowBytes;
  const byA = v128.load64_splat(changes);
  const byB = v128.load64_splat(changes, 8);
  const byC = v128.load64_splat(changes, 16);
  const byD = v128.load64_splat(changes, 24);
  let at: usize = 0;
  // Four scenarios a turn: an address is worked out once for two loads of a row.
  for (; at + 32 <= bytes; at += 32) {
    const from = profits + at;
    const atA = a + at;
    const atB = b + at;
    const atC = c + at;
    const atD = d + at;
    let profit = v128.load(from);
    let next = v128.load(from, 16);
    profit = f64x2.add(profit, f64x2.mul(byA, v128.load(atA)));
    next = f64x2.add(next, f64x2.mul(byA, v128.load(atA, 16)));
    profit = f64x2.add(profit, f64x2.mul(byB, v128.load(atB)));
    next = f64x2.add(next, f64x2.mul(byB, v128.load(atB, 16)));
    profit = f64x2.add(profit, f64x2.mul(byC, v128.load(atC)));
    next = f64x2.add(next, f64x2.mul(byC, v128.load(atC, 16)));
    profit = f64x2.add(profit, f64x2.mul(byD, v128.load(atD)));
    next = f64x2.add(next, f64x2.mul(byD, v128.load(atD, 16)));
    v128.store(from, profit);
    v128.store(from, next, 16);
  }
  for (; at + 16 <= bytes; at += 16) {
    let profit = v128.load(profits + at);
    profit = f64x2.add(profit, f64x2.mul(byA, v128.load(a + at)));
    profit = f64x2.add(profit, f64x2.mul(byB, v128.load(b + at)));
    profit = f64x2.add(profit, f64x2.mul(byC, v128.load(c + at)));
    profit = f64x2.add(profit, f64x2.mul(byD, v128.load(d + at)));
    v128.store(profits + at, profit);
  }
  if (at < bytes) {
    let profit = load<f64>(profits + at);
    profit += load<f64>(changes) * load<f64>(a + at);
    profit += load<f64>(changes, 8) * load<f64>(b + at);
    profit += load<f64>(changes, 16) * load<f64>(c + at);
    profit += load<f64>(changes, 24) * load<f64>(d + at);
    store<f64>(profits + at, profit);
  }
}
