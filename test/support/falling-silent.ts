import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { RouterOptions } from '../../src/router/options.js';
import { type Router, router } from '../../src/router/router.js';

/** An embedded router, and a way to it that can fall silent: connections stay open, and nothing crosses any more. */
export interface FallingSilent {
  readonly house: Router;
  readonly webSocketUrl: string;
  readonly rawSocketUrl: string;
  fallSilent(): void;
  /** For what comes from now on. */
  hear(): void;
  end(): Promise<void>;
}

export async function fallingSilent(options: Partial<RouterOptions> = {}): Promise<FallingSilent> {
  const house = await router({ realm: 'realm1', port: 0, ...options });
  const upstreamPort = Number(new URL(house.urls[0] ?? '').port);
  const sockets: Socket[] = [];
  let isSilent = false;
  const between = createServer((client) => {
    const upstream = connect(upstreamPort, '127.0.0.1');
    sockets.push(client, upstream);
    client.on('data', (octets) => !isSilent && upstream.write(octets));
    upstream.on('data', (octets) => !isSilent && client.write(octets));
    for (const socket of [client, upstream]) socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(between, 'listening');
  const { port } = between.address() as AddressInfo;
  return {
    house,
    webSocketUrl: `ws://127.0.0.1:${port}/`,
    rawSocketUrl: `rs://127.0.0.1:${port}`,
    fallSilent: () => {
      isSilent = true;
    },
    hear: () => {
      isSilent = false;
    },
    async end() {
      for (const socket of sockets) socket.destroy();
      between.close();
      await house.stop();
    },
  };
}
