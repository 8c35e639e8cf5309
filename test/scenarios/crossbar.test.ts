/** What a user lives through with Crossbar.io, a router of other people's: skipped where it is not installed. */
import { describeWith } from '../support/requirement.js';
import { CROSSBAR } from '../support/worlds.js';
import { scenarios } from './suite.js';

describeWith('crossbar', CROSSBAR.name, () => scenarios(CROSSBAR));
