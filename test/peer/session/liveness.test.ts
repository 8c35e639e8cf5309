import { ScriptedTransport, settle } from '../../actors/scripted.js';
import { scripted, WELCOME } from '../scripted-router.js';

describe('askForLife', () => {
  it('asks for what every router answers and nobody minds, on a transport that wants it, under ids in their order', async () => {
    const transports: (ScriptedTransport & { ask?: () => void })[] = [];
    const world = await scripted({
      subscribe: { 'com.example.news': () => {} },
      url: {
        address: 'ws://127.0.0.1:8080/ws',
        open: async () => {
          const transport = Object.assign(new ScriptedTransport(), {
            askWhenIdle(ask: () => void) {
              Object.assign(transport, { ask });
            },
          });
          transports.push(transport);
          return transport;
        },
      },
    });
    const [transport] = transports;
    expect(transport?.ask).toBeUndefined();
    transport?.receive(WELCOME);
    await settle();
    transport?.receive([33, 1, 101]);
    await settle();
    transport?.ask?.();
    expect(transport?.sent.slice(-1)).toEqual([[34, 2, 2 ** 53]]);
    transport?.receive([8, 34, 2, {}, 'wamp.error.no_such_subscription']);
    await settle();
    expect(world.me).toMatchObject({ status: 'joined', incarnation: 1 });
    expect(world.me.stats()).toMatchObject({ unsettled: 0, late: 0 });
    // One that is on its way when the session ends is nobody's loss.
    transport?.ask?.();
    const left = world.me.leave({ wait: false });
    await settle();
    await left;
    await world.tree.stop();
  });
});
