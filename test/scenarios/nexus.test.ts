/**
 * What a user lives through with nexus, a router of other people's: skipped where it is not installed. Everything over each
 * way in one serializer, the essence in the others.
 */
import { describeWith } from '../support/requirement.js';
import { nexusWorlds } from '../support/worlds.js';
import { essence, scenarios } from './suite.js';

const worlds = nexusWorlds();
afterAll(worlds.dispose);

for (const world of worlds.diagonal) describeWith('nexus', world.name, () => scenarios(world));
for (const world of worlds.rest) describeWith('nexus', world.name, () => essence(world));
