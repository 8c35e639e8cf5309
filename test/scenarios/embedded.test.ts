/** What a user lives through with the embedded router, linked, over WebSocket, RawSocket and a Unix socket. */
import { LINKED, RAWSOCKET, UNIX_SOCKET, WEBSOCKET } from '../support/worlds.js';
import { scenarios } from './suite.js';

describe.each([LINKED, WEBSOCKET, RAWSOCKET, UNIX_SOCKET])('$name', scenarios);
