import type { Row } from '../../records.js';
import type { Toolkit } from './toolkit.js';

export interface TreePane {
  readonly element: HTMLElement;
  update(rows: readonly Row[], order: readonly string[] | undefined): void;
  select(path: string): void;
  row(path: string): Row | undefined;
  all(): readonly Row[];
  clear(): void;
}

/** The tree on the left: one line for each actor, a search, and the keys. Runs in the browser. */
export function treePane(kit: Toolkit, onSelect: (path: string) => void): TreePane {
  const { el, setText } = kit;
  const ICONS: Readonly<Record<string, string>> = {
    waiting: '\u25e6',
    starting: '\u25d4',
    running: '\u25cf',
    restarting: '\u21bb',
    stopping: '\u25d1',
    stopped: '\u25cb',
    parked: '\u25a0',
  };
  interface Line {
    readonly root: HTMLElement;
    readonly caret: HTMLElement;
    readonly icon: HTMLElement;
    readonly name: HTMLElement;
    readonly state: HTMLElement;
    readonly incarnation: HTMLElement;
    readonly restarts: HTMLElement;
    readonly budget: HTMLElement;
    readonly used: HTMLMeterElement;
    readonly usedText: HTMLElement;
  }
  const rows = new Map<string, Row>();
  const lines = new Map<string, Line>();
  const collapsed = new Set<string>();
  let order: readonly string[] = [];
  let selected = '';
  let linesMade = 0;

  const search = el('input', {
    type: 'search',
    placeholder: 'Search  ( / )',
    'aria-label': 'Search actors by path, state or status',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const list = el('div', { class: 'tree', role: 'tree', 'aria-label': 'Supervision tree', tabindex: '0' });
  const empty = el('p', { class: 'empty' }, 'No actor matches.');
  empty.hidden = true;
  const element = el('aside', { class: 'side' }, el('div', { class: 'search' }, search), list, empty);

  function makeLine(path: string): Line {
    // The words beside it say the same.
    const used = el('meter', { min: '0', 'aria-hidden': 'true' });
    const usedText = el('span');
    const line: Line = {
      caret: el('span', { class: 'caret', 'aria-hidden': 'true' }),
      icon: el('span', { class: 'icon', role: 'img' }),
      name: el('span', { class: 'name' }),
      state: el('span', { class: 'state-text' }),
      incarnation: el('span', { class: 'badge', title: 'incarnation' }),
      restarts: el('span', { class: 'badge restarts', title: 'restarts' }),
      budget: el('span', { class: 'budget' }, used, usedText),
      used,
      usedText,
      root: el('div', { class: 'row', role: 'treeitem', id: `row-${linesMade}` }),
    };
    linesMade += 1;
    const badges = el('span', { class: 'badges' }, line.incarnation, line.restarts);
    line.root.append(line.caret, line.icon, el('span', { class: 'words' }, line.name, line.state, line.budget), badges);
    line.root.addEventListener('click', (event) => {
      if (event.target === line.caret) toggle(path);
      else onSelect(path);
    });
    line.root.addEventListener('dblclick', () => toggle(path));
    return line;
  }

  function fill(row: Row, line: Line): void {
    const { root } = line;
    root.dataset['path'] = row.path;
    root.dataset['status'] = row.status;
    root.setAttribute('aria-level', String(row.depth + 1));
    root.style.setProperty('--depth', String(row.depth));
    const isWaitedFor = row.status === 'running' && !row.isReady;
    const status = isWaitedFor ? 'running, not ready' : row.status;
    root.title = row.lastExit === undefined ? status : `${status} \u00b7 last exit: ${row.lastExit.reason}`;
    setText(line.icon, (isWaitedFor ? ICONS['starting'] : ICONS[row.status]) ?? '?');
    line.icon.setAttribute('aria-label', isWaitedFor ? 'not ready' : row.status);
    setText(line.name, row.path === '' ? 'root' : row.id);
    setText(line.state, row.status === 'running' ? (row.budget === undefined ? row.state : '') : row.status);
    setText(line.incarnation, `#${row.incarnation}`);
    line.incarnation.hidden = row.incarnation < 2;
    setText(line.restarts, `\u21bb ${row.restarts}`);
    line.restarts.hidden = row.restarts === 0;
    const { budget } = row;
    line.budget.hidden = budget === undefined;
    if (budget === undefined) return;
    line.used.max = Math.max(1, budget.intensity);
    line.used.value = budget.used;
    // The fuller, the redder: the browser colours a meter by these.
    line.used.low = line.used.max * 0.5;
    line.used.high = line.used.max * 0.99;
    line.used.optimum = 0;
    const within = kit.duration(budget.period);
    setText(line.usedText, `${budget.strategy} \u00b7 ${budget.used} of ${budget.intensity} in ${within}`);
    line.budget.title = `${budget.used} restarts were charged within the last ${within}; more than ${budget.intensity} are too many`;
  }

  function matches(row: Row, words: readonly string[]): boolean {
    const text = `${row.path} ${row.state} ${row.status} ${row.type}`.toLowerCase();
    return words.every((word) => text.includes(word));
  }

  /** A search shows what matches and the supervisors above it; collapsing counts only without one. */
  function visiblePaths(): ReadonlySet<string> {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const visible = new Set<string>();
    for (const path of order) {
      const row = rows.get(path);
      if (row === undefined) continue;
      if (words.length === 0) {
        const { parent } = row;
        if (parent === undefined || (visible.has(parent) && !collapsed.has(parent))) visible.add(path);
      } else if (matches(row, words)) {
        for (let up: Row | undefined = row; up !== undefined; up = above(up)) visible.add(up.path);
      }
    }
    return visible;
  }

  function above(row: Row): Row | undefined {
    return row.parent === undefined ? undefined : rows.get(row.parent);
  }

  function refresh(): void {
    const visible = visiblePaths();
    for (const [path, { root, caret }] of lines) {
      const hasChildren = rows.get(path)?.budget !== undefined;
      root.hidden = !visible.has(path);
      setText(caret, hasChildren ? (isCollapsed(path) ? '\u25b8' : '\u25be') : '');
      if (hasChildren) root.setAttribute('aria-expanded', String(!isCollapsed(path)));
      root.setAttribute('aria-selected', String(path === selected));
    }
    // The tree has the focus, and says which line the keys are at.
    const current = visible.has(selected) ? lines.get(selected)?.root.id : undefined;
    if (current === undefined) list.removeAttribute('aria-activedescendant');
    else list.setAttribute('aria-activedescendant', current);
    empty.hidden = visible.size > 0;
  }

  function isSearching(): boolean {
    return search.value.trim() !== '';
  }

  function isCollapsed(path: string): boolean {
    return !isSearching() && collapsed.has(path);
  }

  function endSearch(): void {
    search.value = '';
    refresh();
    lines.get(selected)?.root.scrollIntoView({ block: 'nearest' });
  }

  function toggle(path: string): void {
    if (rows.get(path)?.budget === undefined || isSearching()) return;
    if (!collapsed.delete(path)) collapsed.add(path);
    const isSelectedBelow = selected !== path && (path === '' || selected.startsWith(`${path}/`));
    if (collapsed.has(path) && isSelectedBelow) onSelect(path);
    else refresh();
  }

  function move(by: number): void {
    const visible = order.filter((path) => lines.get(path)?.root.hidden === false);
    const next = visible[Math.min(visible.length - 1, Math.max(0, visible.indexOf(selected) + by))];
    if (next !== undefined) onSelect(next);
  }

  search.addEventListener('input', refresh);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') endSearch();
    if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') {
      list.focus();
      event.preventDefault();
    }
    event.stopPropagation();
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isInTree = list.contains(document.activeElement) || document.activeElement === document.body;
    const row = rows.get(selected);
    if (event.key === '/') search.focus();
    else if (!isInTree) return;
    else if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Home') move(Number.NEGATIVE_INFINITY);
    else if (event.key === 'End') move(Number.POSITIVE_INFINITY);
    else if (event.key === 'ArrowLeft' && row !== undefined) {
      if (row.budget !== undefined && !isSearching() && !collapsed.has(selected)) toggle(selected);
      else if (row.parent !== undefined) onSelect(row.parent);
    } else if (event.key === 'ArrowRight' && row?.budget !== undefined) {
      if (isCollapsed(selected)) toggle(selected);
      else move(1);
    } else if (event.key === 'Escape' && isSearching()) endSearch();
    else return;
    event.preventDefault();
  });

  return {
    element,
    update(changed, newOrder) {
      for (const row of changed) {
        const before = rows.get(row.path);
        const line = lines.get(row.path) ?? makeLine(row.path);
        rows.set(row.path, row);
        lines.set(row.path, line);
        fill(row, line);
        const isRestart =
          before !== undefined && (row.incarnation > before.incarnation || row.restarts > before.restarts);
        if (isRestart) kit.flash(line.root);
      }
      if (newOrder !== undefined) {
        order = newOrder;
        const kept = new Set(order);
        for (const path of [...rows.keys()]) {
          if (kept.has(path)) continue;
          rows.delete(path);
          lines.get(path)?.root.remove();
          lines.delete(path);
        }
        // In place, so that a focus or an animation in a line that stays is not disturbed.
        order.forEach((path, index) => {
          const root = lines.get(path)?.root;
          if (root !== undefined && list.children[index] !== root)
            list.insertBefore(root, list.children[index] ?? null);
        });
      }
      // Which lines are shown depends on the order, and on what a search looks at.
      if (newOrder !== undefined || search.value !== '') refresh();
    },
    select(path) {
      selected = path;
      for (let up = above(rows.get(path) ?? ({} as Row)); up !== undefined; up = above(up)) collapsed.delete(up.path);
      refresh();
      lines.get(path)?.root.scrollIntoView({ block: 'nearest' });
    },
    row: (path) => rows.get(path),
    all: () => [...rows.values()],
    clear() {
      rows.clear();
      lines.clear();
      order = [];
      list.replaceChildren();
    },
  };
}
