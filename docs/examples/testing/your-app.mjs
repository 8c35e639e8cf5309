// An application as it runs in production: where its router is, and its secret, come from outside.
import { peer, start, supervisor } from 'respell';

/** @returns the running tree; `ready` when both peers have joined */
export function startApp({ url, auth }) {
  const router = { url, realm: 'home', authid: 'app', auth, backoff: { first: 10, base: 10 } };
  let target = 20;
  return start(
    supervisor({
      strategy: 'rest_for_one',
      children: [
        peer('thermostat', {
          ...router,
          register: {
            'com.home.target.get': () => target,
            'com.home.target.set': ({ args: [celsius] }) => {
              if (!(celsius >= 5 && celsius <= 30))
                throw new RangeError(`expected 5 to 30 degrees, received ${celsius}`);
              target = celsius;
            },
          },
        }),
        peer('display', router),
      ],
    }),
  );
}
