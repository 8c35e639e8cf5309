/**
 * A sensor whose last value is there for those who come late, and whose router says so when it is gone.
 *
 * Run it where respell is installed: `node last-words.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { connect, meta, router } from 'respell';

const TOPIC = 'com.example.sensor';

async function main() {
  const house = await router({ realms: { realm1: { history: { [TOPIC]: { limit: 10 } } } } });
  const sensor = await connect(house, { realm: 'realm1' });

  // What the router is to publish when this session has ended, however it ends: also if the machine loses its power.
  await meta(sensor).testaments.add(TOPIC, ['gone'], { publish: { retain: true } });
  for (const value of ['21 °C', '22 °C']) await sensor.publish(TOPIC, [value], { retain: true, acknowledge: true });

  const display = await connect(house, { realm: 'realm1' });
  const gone = new Promise<void>((resolve) => {
    const show = ({ args: [value], isRetained }: { args: readonly unknown[]; isRetained: boolean }) => {
      console.log(value, isRetained ? '(from before)' : '(now)');
      if (value === 'gone') resolve();
    };
    void display.subscribe(TOPIC, show, { getRetained: true });
  });
  await display.call('wamp.session.count'); // the retained value has come before this is answered

  await sensor.leave();
  await gone;

  const { subscriptions } = meta(display);
  const id = await subscriptions.lookup(TOPIC);
  for (const { args } of await subscriptions.history(id ?? 0)) console.log('history:', args[0]);
  await display.leave();
  await house.stop();
}
void main();

// It prints:
//   22 °C (from before)
//   gone (now)
//   history: 21 °C
//   history: 22 °C
//   history: gone
