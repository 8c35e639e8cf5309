import type { Detail, ReportRow, Row } from '../../records.js';
import type { Toolkit } from './toolkit.js';

/** Everything that a section may show. */
export interface ActorState {
  readonly path: string;
  readonly row: Row | undefined;
  /** `null` while no actor runs here, `undefined` before the first answer. */
  readonly detail: Detail | null | undefined;
  /** Newest first, of the whole tree. */
  readonly reports: readonly ReportRow[];
  /** The tree's clock, now. */
  readonly now: number;
}

/** A part of the right side. A new part is a new entry in the list of them. */
export interface Section {
  readonly id: string;
  readonly title: string;
  isShown(state: ActorState): boolean;
  update(body: HTMLElement, state: ActorState): void;
}

export interface ActorPane {
  readonly element: HTMLElement;
  update(state: ActorState): void;
  /** Puts the focus on the heading, from where the keyboard goes on. */
  focus(): void;
}

/** The right side: what there is about the selected actor. Runs in the browser. */
export function actorPane(
  kit: Toolkit,
  loadChart: (key: string) => Promise<SVGElement>,
  onSelect: (path: string) => void,
): ActorPane {
  const { el, setText } = kit;
  const title = el('h1', { tabindex: '-1' });
  const status = el('span', { class: 'pill' });
  const subtitle = el('p', { class: 'subtitle' });
  const sections: readonly Section[] = [lastExit(), charts(), facts(), context(), reports()];
  const cards = sections.map((section) => {
    const body = el('div', { class: 'body' });
    const card = el('section', { class: 'card', id: `section-${section.id}` }, el('h2', {}, section.title), body);
    return { section, card, body };
  });
  const heading = el('div', { class: 'heading' }, el('div', { class: 'title' }, title, status), subtitle);
  const element = el(
    'main',
    { class: 'main' },
    heading,
    el('div', { class: 'cards' }, ...cards.map(({ card }) => card)),
  );

  return {
    element,
    focus: () => title.focus(),
    update(state) {
      const { row, path } = state;
      setText(title, path === '' ? 'root' : (path.split('/').at(-1) ?? path));
      setText(status, row?.status ?? 'gone');
      status.dataset['status'] = row?.status ?? 'stopped';
      setText(subtitle, row === undefined ? `There is no actor at ${path || 'the root'}` : sentence(row, state.now));
      for (const { section, card, body } of cards) {
        const isShown = section.isShown(state);
        card.hidden = !isShown;
        if (isShown) section.update(body, state);
      }
    },
  };

  function sentence(row: Row, now: number): string {
    const parts = [row.path === '' ? 'the root supervisor' : row.path];
    if (row.state !== '') parts.push(`in ${row.state}`);
    parts.push(`incarnation ${row.incarnation}`, row.restarts === 1 ? '1 restart' : `${row.restarts} restarts`);
    if (row.retryAt !== undefined) parts.push(`next try in ${kit.duration(row.retryAt - now)}`);
    return parts.join(' \u00b7 ');
  }

  function lastExit(): Section {
    const reason = el('p', { class: 'reason' });
    const when = el('p', { class: 'soft' });
    return {
      id: 'exit',
      title: 'Last exit',
      isShown: ({ row }) => row?.lastExit !== undefined,
      update(body, { row, now }) {
        if (!body.hasChildNodes()) body.append(reason, when);
        if (row?.lastExit === undefined) return;
        setText(reason, row.lastExit.reason);
        setText(when, `${kit.duration(now - row.lastExit.at)} ago`);
      },
    };
  }

  function charts(): Section {
    interface Figure {
      readonly key: string;
      readonly root: HTMLElement;
      readonly caption: HTMLElement;
      svg: SVGElement | undefined;
      active: string;
    }
    let shownPath: string | undefined;
    let figures: Figure[] = [];
    let figuresMade = 0;

    function light(figure: Figure, active: readonly string[]): void {
      figure.active = JSON.stringify(active);
      for (const state of figure.svg?.querySelectorAll('[data-state]') ?? []) {
        state.classList.toggle('active', active.includes(state.getAttribute('data-state') ?? ''));
      }
    }

    function makeFigure(key: string): Figure {
      const drawing = el(
        'div',
        { class: 'drawing', tabindex: '0', role: 'group' },
        el('p', { class: 'soft' }, 'Drawing\u2026'),
      );
      const caption = el('figcaption', { id: `caption-${figuresMade}` });
      drawing.setAttribute('aria-labelledby', caption.id);
      figuresMade += 1;
      const figure: Figure = { key, root: el('figure', {}, caption, drawing), caption, svg: undefined, active: '[]' };
      loadChart(key).then(
        (svg) => {
          figure.svg = svg;
          drawing.replaceChildren(svg);
          light(figure, JSON.parse(figure.active));
        },
        (error: unknown) => setText(drawing, `The chart could not be loaded: ${String(error)}`),
      );
      return figure;
    }

    return {
      id: 'chart',
      title: 'State chart',
      isShown: ({ detail }) => (detail?.charts.length ?? 0) > 0,
      update(body, { path, detail }) {
        const wanted = detail?.charts ?? [];
        const isSame = shownPath === path && wanted.every(({ key }, index) => figures[index]?.key === key);
        if (!isSame || figures.length !== wanted.length) {
          // A restart has the same charts: these stay, and only other states light up.
          const kept = shownPath === path ? figures : [];
          figures = wanted.map(({ key }, index) => (kept[index]?.key === key ? kept[index] : makeFigure(key)));
          body.replaceChildren(...figures.map(({ root }) => root));
          shownPath = path;
        }
        wanted.forEach(({ name, status, active }, index) => {
          const figure = figures[index];
          if (figure === undefined) return;
          setText(figure.caption, status === 'active' || status === '' ? name : `${name} \u00b7 ${status}`);
          if (figure.active !== JSON.stringify(active)) light(figure, active);
        });
      },
    };
  }

  function facts(): Section {
    return {
      id: 'facts',
      title: 'Facts',
      isShown: ({ row }) => row !== undefined,
      update(body, { row, detail }) {
        if (row === undefined) return;
        const all: (readonly [string, string])[] = [
          ['path', row.path === '' ? '(root)' : row.path],
          ['type', row.type],
          ['incarnation', String(row.incarnation)],
          ['restarts', String(row.restarts)],
        ];
        if (row.budget !== undefined) {
          const { strategy, intensity, period, used } = row.budget;
          all.push(['strategy', strategy], ['budget', `${used} of ${intensity} restarts in ${kit.duration(period)}`]);
        }
        all.push(...(detail?.facts ?? []));
        replaceIfChanged(body, JSON.stringify(all), () => [
          el('dl', { class: 'facts' }, ...all.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])),
        ]);
      },
    };
  }

  function context(): Section {
    function show(value: unknown): HTMLElement {
      if (typeof value !== 'object' || value === null) {
        const kind = value === '[redacted]' ? 'redacted' : value === null ? 'null' : typeof value;
        return el('span', { class: `value ${kind}` }, typeof value === 'string' ? value : String(value));
      }
      const entries = Object.entries(value);
      if (entries.length === 0)
        return el('span', { class: 'value null' }, Array.isArray(value) ? 'empty list' : 'empty');
      return el(
        'ul',
        { class: 'json' },
        ...entries.map(([key, inner]) => el('li', {}, el('span', { class: 'key' }, key), ' ', show(inner))),
      );
    }
    return {
      id: 'context',
      title: 'Context',
      isShown: ({ detail }) => detail?.context !== null && detail?.context !== undefined,
      update(body, { detail }) {
        replaceIfChanged(body, JSON.stringify(detail?.context), () => [show(detail?.context)]);
      },
    };
  }

  function reports(): Section {
    let shownPath: string | undefined;
    let shown = new Map<ReportRow, HTMLElement>();
    const nothing = el('li', { class: 'soft' }, 'Nothing was reported yet.');
    const list = el('ol', { class: 'reports' });
    return {
      id: 'reports',
      title: 'Reports',
      isShown: () => true,
      update(body, { path, row, reports: all, now }) {
        if (!body.hasChildNodes()) body.append(list);
        // A supervisor's page tells of all that is below it.
        const isAbove = (of: string): boolean =>
          path === '' || of === path || (row?.budget !== undefined && of.startsWith(`${path}/`));
        const own = all.filter((report) => isAbove(report.path)).slice(0, 50);
        if (shownPath !== path) shown = new Map();
        shownPath = path;
        const wanted = new Map(own.map((report) => [report, shown.get(report) ?? line(report)]));
        shown = wanted;
        const items = own.length === 0 ? [nothing] : [...wanted.values()];
        const kept = new Set<Element>(items);
        for (const item of [...list.children]) if (!kept.has(item)) item.remove();
        // In place: the newest come on top, and a focus in a line that stays is not disturbed.
        items.forEach((item, index) => {
          if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
        });
        for (const time of list.querySelectorAll('time')) {
          setText(time, `${kit.duration(now - Number(time.dataset['at']))} ago`);
        }
      },
    };

    function line(report: ReportRow): HTMLElement {
      const time = el('time', { 'data-at': String(report.at) });
      const who = el('button', { class: 'link', type: 'button' }, report.path === '' ? 'root' : report.path);
      who.addEventListener('click', () => onSelect(report.path));
      const type = el('span', { class: 'report-type', 'data-type': report.type }, report.type);
      return el('li', {}, time, type, who, el('span', { class: 'report-text' }, report.text));
    }
  }

  /** Rebuilds only what differs: so a selection of text survives, and an idle page costs nothing. */
  function replaceIfChanged(body: HTMLElement, key: string, make: () => HTMLElement[]): void {
    if (body.dataset['key'] === key) return;
    body.dataset['key'] = key;
    body.replaceChildren(...make());
  }
}
