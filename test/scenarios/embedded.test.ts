/** What a user lives through with the embedded router, linked and over WebSocket. */
import { LINKED, WEBSOCKET } from '../support/worlds.js';
import { scenarios } from './suite.js';

describe.each([LINKED, WEBSOCKET])('$name', scenarios);
