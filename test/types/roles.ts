/**
 * What the types promise of a user's roles, held by `npm run types`: each `@ts-expect-error` is an error that has to stay one, and each
 * type stated is the one there is. Nothing here is run.
 */
import { connect, field, type Id, type Message, type Peer, peer, role, swallow } from '../../src/index.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(..._proof: Same<A, B> extends true ? [] : [never]): void => {};

const acknowledging = role({
  name: 'acknowledging',
  features: { subscriber: { x_acknowledged_events: true } },
  messages: {
    EVENT_RECEIVED: { code: 337, from: 'client', fields: { publication: field.id }, payload: true },
    STATUS: { code: 400, from: 'client', fields: { request: field.id }, reply: 'STATUS_IS' },
    STATUS_IS: { code: 401, from: 'router', fields: { request: field.id, load: field.integer(0) } },
  },
  init(context) {
    return {
      api: {
        async load(): Promise<number> {
          const { load } = await context.request({ type: 'STATUS' });
          same<typeof load, number>();
          const result = await context.request({ type: 'CALL', options: {}, procedure: 'com.example.add' });
          same<typeof result, Message<'RESULT'>>();
          return load;
        },
      },
      message(message, direction) {
        if (direction === 'in' && message.type === 'EVENT') {
          same<typeof message.publication, Id>();
          context.send({ type: 'EVENT_RECEIVED', publication: message.publication, args: [1] });
        }
        if (message.type === 'STATUS_IS') same<typeof message.load, number>();
        // @ts-expect-error: a peer with this role knows no such message
        if (message.type === 'UNHEARD_OF') return swallow;
        if (message.type === 'CALL') return { ...message, procedure: 'com.example.other' };
        if (message.type === 'RESULT') return swallow;
        return undefined;
      },
    };
  },
});

export function sent(me: Peer): void {
  const id = me.send({ type: 'CALL', options: {}, procedure: 'com.example.add', args: [1] });
  same<typeof id, Id | undefined>();
  me.send({ type: 'YIELD', request: 7, options: {} });
  me.send({ type: 'EVENT_RECEIVED', publication: 7 });
  // @ts-expect-error: a CALL has options
  me.send({ type: 'CALL', procedure: 'com.example.add' });
  // @ts-expect-error: a YIELD says to which invocation
  me.send({ type: 'YIELD', options: {} });
}

export async function api(me: Peer): Promise<void> {
  const load = await me.role(acknowledging).load();
  same<typeof load, number>();
  // @ts-expect-error: it offers no such thing
  me.role(acknowledging).unload();
  const byName = me.role<{ readonly count: number }>('counting');
  same<typeof byName.count, number>();
}

export function given(): void {
  void connect('ws://127.0.0.1/', { realm: 'realm1', roles: [acknowledging] });
  peer('me', {
    url: 'ws://127.0.0.1/',
    realm: 'realm1',
    roles: [acknowledging, role({ name: 'none', init: () => ({}) })],
  });
  role({
    name: 'wrong',
    init: ({ send }) => {
      // @ts-expect-error: a role's own messages are those that it declares
      send({ type: 'EVENT_RECEIVED', publication: 7 });
      return {};
    },
  });
}
