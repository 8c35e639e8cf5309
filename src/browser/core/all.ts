/** `respell/browser` and the entries beside it, for whoever looks at them as one. */

export * from './auth.js';
export * from './index.js';
export * from './serializers.js';
export * from './tree.js';
