/** What a user lives through with nexus, a router of other people's: skipped where it is not installed. */
import { describeWith } from '../support/requirement.js';
import { NEXUS, NEXUS_RAWSOCKET } from '../support/worlds.js';
import { scenarios } from './suite.js';

for (const world of [NEXUS, NEXUS_RAWSOCKET]) describeWith('nexus', world.name, () => scenarios(world));
