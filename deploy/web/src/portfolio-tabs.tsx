// The pages of one portfolio, as links above them.

const PAGES = [
  ['', 'Holdings and books'],
  ['risk', 'Risk'],
] as const;

/** Links between a portfolio's pages. */
export function PortfolioTabs(props: { id: string; current: '' | 'risk' }) {
  const base = `#/portfolio/${encodeURIComponent(props.id)}`;
  return (
    <nav class="tabs" aria-label="pages of the portfolio">
      {PAGES.map(([page, name]) => (
        <a
          key={page}
          href={page === '' ? base : `${base}/${page}`}
          {...(page === props.current && { 'aria-current': 'page' })}
        >
          {name}
        </a>
      ))}
    </nav>
  );
}
