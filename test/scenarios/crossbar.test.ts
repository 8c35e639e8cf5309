/**
 * What a user lives through with Crossbar.io, a router of other people's: skipped where it is not installed. Everything over each
 * way in one serializer, the essence in the others.
 */
import { describeWith } from '../support/requirement.js';
import { crossbarWorlds } from '../support/worlds.js';
import { essence, scenarios } from './suite.js';

const worlds = crossbarWorlds();
afterAll(worlds.dispose);

for (const world of worlds.diagonal) describeWith('crossbar', world.name, () => scenarios(world));
for (const world of worlds.rest) describeWith('crossbar', world.name, () => essence(world));
