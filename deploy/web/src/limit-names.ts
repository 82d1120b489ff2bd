// Names of limits as a reader knows them.

/** A limit's name in words. */
export function limitName(name: unknown): string {
  return String(name).replaceAll('_', ' ').replace('var99', 'VaR 99');
}
