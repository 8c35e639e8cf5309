/** The demonstration's house on routers that are not ours: the same tree, the same work, the same restarts. */
import { demo } from '../../src/cli/demo/demo.js';
import { PEERS } from '../../src/cli/demo/house.js';
import { type Logger, SILENT } from '../../src/logger.js';
import { describeWith } from '../support/requirement.js';
import { startCrossbar } from '../support/routers/crossbar.js';
import { startNexus } from '../support/routers/nexus.js';
import { OPEN_REALM } from '../support/routers/realms.js';
import type { ForeignRouter } from '../support/routers/router-process.js';

function houseOn(name: string, startRouter: () => Promise<ForeignRouter>): void {
  let router: ForeignRouter;
  beforeAll(async () => {
    router = await startRouter();
  }, 60_000);
  afterAll(() => router.dispose());

  const inHouse = { realm: OPEN_REALM, colours: false };

  it(`works, aborts and comes back on ${name}, and loses no request`, async () => {
    const figures = await demo({
      ...inHouse,
      url: router.url,
      seconds: 6,
      logger: SILENT,
      signal: new AbortController().signal,
    });
    expect(figures).toMatchObject({ aborts: 2, unsettled: 0, exit: 'normal' });
    // An aborted heater takes the thermostat along.
    expect(figures.restarts).toBeGreaterThanOrEqual(figures.aborts);
    expect(figures.calls).toBeGreaterThan(20);
    expect(figures.events).toBeGreaterThan(20);
  }, 30_000);

  it(`is whole again when ${name} was killed and has come back`, async () => {
    const end = new AbortController();
    const joins = new Joins();
    const running = demo({ ...inHouse, url: router.url, logger: joins.logger, signal: end.signal });
    await joins.ofEach(1);
    await router.kill();
    await router.start();
    await joins.ofEach(2);
    end.abort();
    const figures = await running;
    expect(figures).toMatchObject({ unsettled: 0, exit: 'normal' });
    expect(figures.restarts).toBeGreaterThanOrEqual(PEERS.length);
  }, 60_000);
}

/** Counts, by the log, how often each peer of the house has joined. */
class Joins {
  readonly #counts = new Map<string, number>();
  #changed: () => void = () => {};

  readonly logger: Logger = {
    ...SILENT,
    info: (fields, message) => {
      if (message !== 'joined') return;
      const { peer } = fields as { readonly peer: string };
      this.#counts.set(peer, (this.#counts.get(peer) ?? 0) + 1);
      this.#changed();
    },
  };

  ofEach(times: number): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = () => {
        if (PEERS.every((peer) => (this.#counts.get(peer) ?? 0) >= times)) resolve();
      };
      this.#changed();
    });
  }
}

describeWith('nexus', 'the house on nexus', () => houseOn('nexus', startNexus));
describeWith('crossbar', 'the house on Crossbar.io', () => houseOn('Crossbar.io', startCrossbar));
