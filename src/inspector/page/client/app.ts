import type { FeedLine } from '../../feed.js';
import type { Detail, ReportRow } from '../../records.js';
import type { actorPane as ActorPaneFactory } from './actor-pane.js';
import type { toolkit as ToolkitFactory } from './toolkit.js';
import type { treePane as TreePaneFactory } from './tree-pane.js';

/** The page: its streams, its address and its header. Runs in the browser. */
export function app(
  toolkit: typeof ToolkitFactory,
  treePane: typeof TreePaneFactory,
  actorPane: typeof ActorPaneFactory,
): void {
  const MOST_REPORTS = 200;
  const kit = toolkit();
  const { el, setText } = kit;
  const token = takeToken();
  let selected = pathOfAddress();
  let detail: Detail | null | undefined;
  let reports: ReportRow[] = [];
  /** The tree's clock less ours. */
  let clockAhead = 0;
  let treeStream: AbortController | undefined;
  let actorStream: AbortController | undefined;
  let isPaused = false;
  let isAwaitingFirst = true;

  const connection = el('span', { class: 'connection', role: 'status', 'data-state': 'connecting' }, 'Connecting');
  const counts = el('span', { class: 'counts' });
  const pause = el('button', { type: 'button', class: 'button' }, 'Pause');
  const mark = el('span', { class: 'mark', 'aria-hidden': 'true' });
  const brand = el('span', { class: 'brand' }, mark, el('strong', {}, 'respell'), el('span', {}, 'inspector'));
  const banner = el('div', { class: 'banner', role: 'alert' });
  banner.hidden = true;
  const tree = treePane(kit, select);
  const actor = actorPane(kit, loadChart, (path) => {
    select(path);
    // What was pressed has gone with the list that it stood in: whoever uses the keyboard goes on where it led.
    actor.focus();
  });
  document.body.append(
    el('header', { class: 'header' }, brand, counts, connection, pause),
    banner,
    el('div', { class: 'columns' }, tree.element, actor.element),
  );

  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    // Its text says what it does next: `aria-pressed` would say the contrary.
    pause.classList.toggle('on', isPaused);
    setText(pause, isPaused ? 'Resume' : 'Pause');
    if (isPaused) {
      treeStream?.abort();
      actorStream?.abort();
      show('paused', 'Paused');
    } else {
      void followTree();
      void followActor();
    }
  });
  addEventListener('hashchange', () => {
    takeToken();
    const path = pathOfAddress();
    if (path !== selected) select(path);
  });
  // What grows older by itself: "4 s ago".
  setInterval(() => {
    if (!document.hidden && !isPaused) refresh();
  }, 1_000);
  void followTree();
  void followActor();

  /**
   * The token comes in the fragment, which no request carries, and is taken out of the address at once. It is kept for
   * this origin, port included, so that a link to an actor opens in another tab too.
   */
  function takeToken(): string {
    const found = /[#&]token=([\w-]+)/.exec(location.hash)?.[1];
    if (found !== undefined) {
      localStorage.setItem('respell.token', found);
      const rest = location.hash.replace(/[#&]?token=[\w-]+/, '');
      history.replaceState(null, '', `#${rest.startsWith('/') ? rest : '/'}`);
    }
    return found ?? localStorage.getItem('respell.token') ?? '';
  }

  function pathOfAddress(): string {
    try {
      return location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent).join('/');
    } catch {
      return '';
    }
  }

  function select(path: string): void {
    selected = path;
    detail = undefined;
    const hash = `#/${path.split('/').map(encodeURIComponent).join('/')}`;
    if (location.hash !== hash) history.replaceState(null, '', hash);
    tree.select(path);
    if (!isPaused) void followActor();
    refresh();
  }

  function ask(url: string, signal?: AbortSignal): Promise<Response> {
    return fetch(url, { headers: { authorization: `Bearer ${token}` }, cache: 'no-store', ...(signal && { signal }) });
  }

  /** Reads JSON lines until the stream ends. */
  async function follow(url: string, signal: AbortSignal, onLine: (line: FeedLine) => void): Promise<number> {
    const response = await ask(url, signal);
    if (!response.ok || response.body === null) return response.status;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 0;
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(JSON.parse(line) as FeedLine);
    }
  }

  /** Tries again for as long as the page is open: the process may come back, or only a laptop woke up. */
  async function followTree(): Promise<void> {
    treeStream?.abort();
    treeStream = new AbortController();
    const { signal } = treeStream;
    let wait = 500;
    while (!signal.aborted) {
      isAwaitingFirst = true;
      const status = await follow('/api/tree', signal, (line) => {
        if (signal.aborted) return;
        wait = 500;
        receive(line);
      }).catch(() => 0);
      if (signal.aborted) return;
      if (status === 403) {
        show(
          'refused',
          'No access',
          'This page needs the address that the process printed: it was started anew, or the address was cut off.',
        );
      } else {
        show(
          'lost',
          'Connection lost',
          'Connection lost: the process has ended, or closed its inspector. What you see is the last that was known.',
        );
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
      wait = Math.min(wait * 1.5, 5_000);
    }
  }

  async function followActor(): Promise<void> {
    actorStream?.abort();
    actorStream = new AbortController();
    const { signal } = actorStream;
    while (!signal.aborted) {
      await follow(`/api/actor?path=${encodeURIComponent(selected)}`, signal, (line) => {
        if (!signal.aborted) receive(line);
      }).catch(() => 0);
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }

  function receive(line: FeedLine): void {
    clockAhead = line.now - performance.now();
    if (line.kind === 'tree') {
      if (isAwaitingFirst) reports = [];
      reports = [...[...line.reports].reverse(), ...reports].slice(0, MOST_REPORTS);
      tree.update(line.rows, line.order);
      if (isAwaitingFirst) tree.select(selected);
      isAwaitingFirst = false;
      show('live', 'Live');
    }
    if (line.kind === 'actor') detail = line.detail;
    if (line.kind === 'trouble') show('live', 'Live', `A part of the tree cannot be read: ${line.why}`);
    refresh();
  }

  function show(state: string, text: string, explanation = ''): void {
    connection.dataset['state'] = state;
    setText(connection, text);
    setText(banner, explanation);
    banner.hidden = explanation === '';
    document.body.classList.toggle('stale', state === 'lost' || state === 'refused');
  }

  function refresh(): void {
    const rows = tree.all();
    const supervisors = rows.filter(({ type }) => type === 'supervisor').length;
    const down = rows.filter(({ status }) => status === 'parked' || status === 'stopped').length;
    const restarts = rows.reduce((sum, row) => sum + row.restarts, 0);
    const parts = [
      `${supervisors} supervisor${supervisors === 1 ? '' : 's'}`,
      `${rows.length - supervisors} worker${rows.length - supervisors === 1 ? '' : 's'}`,
      `${restarts} restart${restarts === 1 ? '' : 's'}`,
    ];
    setText(counts, (down === 0 ? parts : [...parts, `${down} down`]).join(' \u00b7 '));
    const row = tree.row(selected);
    actor.update({ path: selected, row, detail, reports, now: performance.now() + clockAhead });
    document.title = `${selected === '' ? 'root' : selected}${row === undefined ? '' : ` (${row.status})`} \u00b7 respell`;
  }

  async function loadChart(key: string): Promise<SVGElement> {
    const response = await ask(`/api/chart/${key}`);
    if (!response.ok) throw new Error(await response.text());
    // Parsed as XML, not as HTML; the policy of the page lets no script in it run.
    const parsed = new DOMParser().parseFromString(await response.text(), 'image/svg+xml');
    return document.importNode(parsed.documentElement, true) as unknown as SVGElement;
  }
}
