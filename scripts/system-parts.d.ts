/** A part of the system that some tests need. */
export type SystemPart =
  | 'chromium'
  | 'erlang'
  | 'python3-autobahn'
  | 'nexus'
  | 'nexus-client'
  | 'crossbar'
  | 'js-clients'
  | 'node22'
  | 'node24'
  | 'wamp-testsuite';

/** Where a part is; or why it is not there, and what gets it. */
export type Located =
  | { readonly available: true; readonly path: string }
  | { readonly available: false; readonly why: string; readonly get: string };

export declare function locate(name: SystemPart): Located;
