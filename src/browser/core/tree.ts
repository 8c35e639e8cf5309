/** Every public name of `respell/browser/tree`: for a page with more than one peer. */

export { type PeerOf, type PeerOptions, peer } from './peer.js';
export { type StartOptions, start, type Tree } from './start.js';
