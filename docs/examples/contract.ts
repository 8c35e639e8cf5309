/**
 * A contract in types: a procedure, a topic and an error that both sides share. It costs nothing while the program runs.
 *
 * Run it where respell is installed: `node contract.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { connect, contract, errorOf, isError, router } from 'respell';

interface Api {
  procedures: {
    'com.example.divide': {
      args: [dividend: number, divisor: number];
      result: number;
      errors: { 'com.example.by_zero': { args: [dividend: number] } };
    };
  };
  topics: { [sensor: `com.example.sensor.${string}`]: { args: [celsius: number] } };
}

const api = contract<Api>();

async function main() {
  const local = await router({ realm: 'realm1' });
  const callee = await connect(local, {
    realm: 'realm1',
    contract: api,
    register: {
      'com.example.divide': ({ args: [dividend, divisor] }) => {
        if (divisor === 0) throw errorOf(api, 'com.example.by_zero', [dividend]);
        return dividend / divisor;
      },
    },
  });
  const caller = await connect(local, { realm: 'realm1', contract: api });

  const { args } = await caller.call('com.example.divide', [7, 2]); // 'com.example.divid', or ['7', 2], does not compile
  console.log(args[0].toFixed(2)); // a number, as the contract says

  try {
    await caller.call('com.example.divide', [7, 0]);
  } catch (error) {
    if (!isError(error, api, 'com.example.by_zero')) throw error;
    console.log(`${error.args[0]} by zero`); // a number, too
  }

  await caller.subscribe('com.example.sensor.', ({ topic, args: [celsius] }) => console.log(topic, celsius), {
    match: 'prefix',
  });
  await callee.publish('com.example.sensor.attic', [21.5], { acknowledge: true });

  await caller.leave();
  await callee.leave();
  await local.stop();
}
void main();

// It prints:
//   3.50
//   7 by zero
//   com.example.sensor.attic 21.5
