/** The clients that are measured, behind what the measurement needs of them: each does it as its manual says. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

export type Serialization = 'json' | 'msgpack';

export interface Client {
  call(procedure: string, args: readonly unknown[]): Promise<unknown>;
  subscribe(topic: string, onEvent: () => void): Promise<unknown>;
  publish(topic: string): unknown;
}

/** @param folder where its packages are; for Respell a checkout of it */
export type Connect = (folder: string, url: string, serializer: Serialization) => Promise<Client>;

export type ClientName = 'respell' | 'autobahn-js' | 'wampy';

const requireFrom = (folder: string) => createRequire(join(folder, 'index.js'));

// biome-ignore lint/suspicious/noExplicitAny: the packages of others have types, which nothing here is installed with
type Untyped = any;

export const CLIENTS: Readonly<Record<ClientName, Connect>> = {
  respell: async (folder, url, serializer) => {
    const respell: Untyped = requireFrom(folder)(join(folder, 'src/index.ts'));
    const me = await respell.connect(url, { realm: 'realm1', serializers: [respell[serializer]()] });
    return {
      call: (procedure, args) => me.call(procedure, args),
      subscribe: (topic, onEvent) => me.subscribe(topic, onEvent),
      publish: (topic) => me.emit(topic),
    };
  },

  'autobahn-js': (folder, url, serializer) =>
    new Promise((resolve, reject) => {
      const autobahn: Untyped = requireFrom(folder)('autobahn');
      const { JSONSerializer, MsgpackSerializer } = autobahn.serializer;
      const serializers = [serializer === 'json' ? new JSONSerializer() : new MsgpackSerializer()];
      const connection = new autobahn.Connection({
        realm: 'realm1',
        max_retries: 0,
        transports: [{ type: 'websocket', url, serializers }],
      });
      connection.onopen = (session: Untyped) =>
        resolve({
          call: (procedure, args) => session.call(procedure, args),
          subscribe: (topic, onEvent) => session.subscribe(topic, onEvent),
          publish: (topic) => session.publish(topic),
        });
      connection.onclose = (reason: unknown) => {
        reject(new Error(`autobahn-js did not join: ${reason}`));
        return true;
      };
      connection.open();
    }),

  wampy: async (folder, url, serializer) => {
    const from = requireFrom(folder);
    const { WebSocket } = from('ws') as Untyped;
    const { Wampy } = from('wampy') as Untyped;
    // ws knows no origin in the place where wampy gives it.
    class Socket extends WebSocket {
      constructor(at: string, protocols: readonly string[]) {
        super(at, protocols);
        this['binaryType'] = 'arraybuffer';
      }
    }
    const { JsonSerializer } = from('wampy/JsonSerializer.js') as Untyped;
    const { MsgpackSerializer } = from('wampy/MsgpackSerializer.js') as Untyped;
    const client = new Wampy(url, {
      realm: 'realm1',
      ws: Socket,
      autoReconnect: false,
      serializer: serializer === 'json' ? new JsonSerializer() : new MsgpackSerializer(),
    });
    await client.connect();
    return {
      call: (procedure, args) => client.call(procedure, { argsList: args }),
      subscribe: (topic, onEvent) => client.subscribe(topic, onEvent),
      publish: (topic) => client.publish(topic),
    };
  },
};
