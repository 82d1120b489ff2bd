// The dashboard's frame: tabs, the connection's state, the page that the address names.

import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { ActorsPage } from './actors.jsx';
import { FeedPage, keepFeed } from './feed.jsx';
import { FunnelPage } from './funnel.jsx';
import { start } from './live.js';
import { Card } from './parts.jsx';
import { PortfolioPage } from './portfolio.jsx';
import { PortfolioRiskPage } from './portfolio-risk.jsx';
import { PortfoliosPage, RiskPage } from './portfolios.jsx';
import { QualityPage } from './quality.jsx';
import { useRoute } from './route.js';
import { Banner, Status } from './status.jsx';
import { SymbolPage } from './symbol.jsx';
import { restoreTheme, toggleTheme } from './theme.js';

const TABS = [
  ['funnel', 'Funnel'],
  ['symbol', 'Symbol'],
  ['portfolios', 'Portfolios'],
  ['risk', 'Risk'],
  ['feed', 'Feed'],
  ['quality', 'Data'],
  ['actors', 'Actors'],
] as const;

function Page(props: { route: readonly string[] }) {
  const [page, key = '', part] = props.route;
  switch (page) {
    case 'symbol':
      return <SymbolPage symbol={key.toUpperCase() || 'AAPL'} />;
    case 'portfolios':
      return <PortfoliosPage />;
    case 'risk':
      return <RiskPage />;
    case 'portfolio':
      if (key === '') return <PortfoliosPage />;
      return part === 'risk' ? (
        <PortfolioRiskPage key={key} id={key} />
      ) : (
        <PortfolioPage key={key} id={key} />
      );
    case 'feed':
      return <FeedPage />;
    case 'quality':
      return <QualityPage />;
    case 'actors':
      return <ActorsPage />;
    case '':
    case undefined:
    case 'funnel':
      return <FunnelPage />;
    default:
      return (
        <Card title="There is no such page" wide>
          <p class="soft">
            Nothing is shown at <code>{location.hash}</code>. <a href="#/funnel">The funnel</a> is
            the first page.
          </p>
        </Card>
      );
  }
}

function App() {
  const route = useRoute();
  const current = route[0] === 'portfolio' ? 'portfolios' : route[0] || 'funnel';
  const title = TABS.find(([name]) => name === current)?.[1] ?? 'Funnel';
  useEffect(() => {
    const [, key, part] = route;
    document.title = `${[key || title, part].filter(Boolean).join(' ')} – Sluice`;
  }, [route, title]);
  return (
    <>
      <header>
        <h1>Sluice</h1>
        <nav aria-label="pages">
          {TABS.map(([name, text]) => (
            <a key={name} href={`#/${name}`} {...(current === name && { 'aria-current': 'page' })}>
              {text}
            </a>
          ))}
        </nav>
        <Status />
        <button type="button" class="theme" onClick={toggleTheme} aria-label="dark or light">
          ◐
        </button>
      </header>
      <Banner />
      <main>
        <Page route={route} />
      </main>
    </>
  );
}

/** The slash key leads to the search of the page, as in many tools. */
function searchBySlash(event: KeyboardEvent): void {
  const isTyping = (event.target as HTMLElement | null)?.matches(
    'input, select, textarea, dialog *',
  );
  if (event.key !== '/' || event.ctrlKey || event.metaKey || isTyping === true) return;
  const field = document.querySelector<HTMLInputElement>('input[type=search], .search input');
  if (field === null) return;
  event.preventDefault();
  field.focus();
}

addEventListener('keydown', searchBySlash);
restoreTheme();
keepFeed();
start();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
