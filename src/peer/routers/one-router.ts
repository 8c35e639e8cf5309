import type { Connector } from '../../transports/transport.js';
import type { RouterRound } from './router-round.js';

const nothing = (): void => {};

/** A round with one router. */
export function oneRouter(present: Connector): RouterRound {
  return {
    present,
    hasNext: false,
    begin: nothing,
    passOver: nothing,
    welcome: nothing,
    outcome: (why) => why,
  };
}
