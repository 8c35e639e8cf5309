import { CHART_STYLE } from './chart-style.js';
import { actorPane } from './client/actor-pane.js';
import { app } from './client/app.js';
import { toolkit } from './client/toolkit.js';
import { treePane } from './client/tree-pane.js';
import { PAGE_STYLE } from './style.js';

export interface Asset {
  readonly type: string;
  readonly body: string;
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>respell</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
<script src="/page.js" defer></script>
</head>
<body><noscript>This page shows a running process and needs JavaScript.</noscript></body>
</html>
`;

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#4451d8"/><path d="M16 8v6M16 14L9 21M16 14l7 7" stroke="#fff" stroke-width="2.4" fill="none"/><circle cx="16" cy="8" r="3.4" fill="#fff"/><circle cx="9" cy="22" r="3.4" fill="#fff"/><circle cx="23" cy="22" r="3.4" fill="#5fe0b0"/></svg>`;

/**
 * The functions of `client/` as they were compiled: so they are checked like all other code, and there is no second
 * build. A bundler that keeps functions' names puts calls of `__name` into them, which must exist there then.
 */
const SCRIPT = `'use strict';
const __name = (value) => value;
(${String(app)})(${[toolkit, treePane, actorPane].map(String).join(',\n')});
`;

/** All that the page is made of, by path. There are no other files: no request reaches the file system. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  ['/', { type: 'text/html', body: PAGE }],
  ['/page.js', { type: 'text/javascript', body: SCRIPT }],
  ['/style.css', { type: 'text/css', body: PAGE_STYLE + CHART_STYLE }],
  ['/icon.svg', { type: 'image/svg+xml', body: ICON }],
]);
