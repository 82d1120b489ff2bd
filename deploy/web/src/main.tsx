// The dashboard's frame: tabs, the connection's state, the page that the address names.

import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { FunnelPage } from './funnel.jsx';
import { connected, start, useTopic } from './live.js';
import { ActorsPage, FeedPage } from './operations.jsx';
import { day } from './parts.jsx';
import { PortfolioPage, PortfoliosPage } from './portfolios.jsx';
import { SymbolPage } from './symbol.jsx';

const TABS = [
  ['funnel', 'Funnel'],
  ['symbol', 'Symbol'],
  ['portfolios', 'Portfolios and risk'],
  ['feed', 'Feed'],
  ['actors', 'Actors'],
] as const;

function useRoute(): readonly string[] {
  const read = (): readonly string[] =>
    location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const listener = (): void => setRoute(read());
    addEventListener('hashchange', listener);
    return () => removeEventListener('hashchange', listener);
  }, []);
  return route;
}

function Page(props: { route: readonly string[] }) {
  const [page, key = ''] = props.route;
  switch (page) {
    case 'symbol':
      return <SymbolPage symbol={key || 'AAPL'} />;
    case 'portfolios':
      return <PortfoliosPage />;
    case 'portfolio':
      return <PortfolioPage id={key} />;
    case 'feed':
      return <FeedPage />;
    case 'actors':
      return <ActorsPage />;
    default:
      return <FunnelPage />;
  }
}

function toggleTheme(): void {
  const root = document.documentElement;
  const isDark =
    root.dataset['theme'] === 'dark' ||
    (root.dataset['theme'] === undefined && matchMedia('(prefers-color-scheme: dark)').matches);
  root.dataset['theme'] = isDark ? 'light' : 'dark';
}

function App() {
  const route = useRoute();
  const { value } = useTopic('feed');
  const current = route[0] === 'portfolio' ? 'portfolios' : route[0] || 'funnel';
  return (
    <>
      <header>
        <h1>Sluice</h1>
        <nav aria-label="pages">
          {TABS.map(([name, title]) => (
            <a key={name} href={`#/${name}`} aria-current={current === name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <div class="status">
          <span class={connected() ? 'dot on' : 'dot'} />
          {connected() ? `${value['state'] ?? ''} ${day(value['date'])}` : 'not connected'}
          <button type="button" onClick={toggleTheme} aria-label="dark or light">
            ◐
          </button>
        </div>
      </header>
      <main>
        <Page route={route} />
      </main>
    </>
  );
}

start();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
