/** What a user lives through with nexus, a router of other people's: skipped where it is not installed. */
import { describeWith } from '../support/requirement.js';
import { NEXUS } from '../support/worlds.js';
import { scenarios } from './suite.js';

describeWith('nexus', NEXUS.name, () => scenarios(NEXUS));
