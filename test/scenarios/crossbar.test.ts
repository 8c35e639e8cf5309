/** What a user lives through with Crossbar.io, a router of other people's: skipped where it is not installed. */
import { describeWith } from '../support/requirement.js';
import { CROSSBAR, CROSSBAR_RAWSOCKET } from '../support/worlds.js';
import { scenarios } from './suite.js';

for (const world of [CROSSBAR, CROSSBAR_RAWSOCKET]) describeWith('crossbar', world.name, () => scenarios(world));
