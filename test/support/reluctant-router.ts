import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

type List = readonly unknown[];

/** A router of a few words: it welcomes one client, and reads on only when it is told to. */
export interface ReluctantRouter {
  readonly url: string;
  /** What it has read since WELCOME. */
  readonly heard: readonly List[];
  /** Its end of the connection. */
  socket(): WebSocket;
  say(...lists: readonly List[]): void;
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** @param onMessage what it answers, if anything, to what comes after HELLO */
export async function reluctantRouter(
  onMessage: (list: List) => List | undefined = () => undefined,
): Promise<ReluctantRouter> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, handleProtocols: () => 'wamp.2.json' });
  await once(server, 'listening');
  const heard: List[] = [];
  let client: WebSocket | undefined;
  const socket = () => {
    if (client === undefined) throw new Error('nobody has connected');
    return client;
  };
  const say = (...lists: readonly List[]) => {
    for (const list of lists) socket().send(JSON.stringify(list));
  };
  server.on('connection', (webSocket) => {
    client = webSocket;
    webSocket.on('error', () => {});
    webSocket.on('message', (data) => {
      const list = JSON.parse(String(data)) as List;
      if (list[0] === 1) return say([2, 7, { roles: { broker: {}, dealer: { features: { call_canceling: true } } } }]);
      if (list[0] === 6) return say([6, {}, 'wamp.close.goodbye_and_out']);
      heard.push(list);
      const answer = onMessage(list);
      if (answer !== undefined) say(answer);
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`,
    heard,
    socket,
    say,
    pause: () => socket().pause(),
    resume: () => socket().resume(),
    close: async () => {
      for (const each of server.clients) each.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
