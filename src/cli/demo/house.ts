/**
 * A small house as a tree of peers: sensors that publish what they measure, a thermostat that hears them and calls the
 * heater, a display that asks the heater how it is, and a logger that hears everything. Two levels of supervisors.
 */

import { type SupervisorLogic, supervisor } from '../../../supervisors/index.js';
import type { PeerOptions } from '../../peer/options.js';
import { peer } from '../../peer/spec.js';
import type { Event } from '../../roles/subscriber.js';
import type { Connector } from '../../transports/transport.js';
import type { Ledger } from './ledger.js';

export const ROOMS = ['kitchen', 'living', 'hall', 'bedroom', 'bath'] as const;
export type Room = (typeof ROOMS)[number];

export const TARGET = 21;

export function celsiusOf(room: Room): string {
  return `com.example.house.${room}.celsius`;
}

export const SET_HEATER = 'com.example.house.heater.set';
export const HEATER_STATE = 'com.example.house.heater.state';

export interface HouseOptions {
  readonly url: string | Connector;
  readonly realm: string;
  readonly ledger: Ledger;
  /** Called with each temperature that the thermostat hears. */
  readonly onCelsius: (celsius: number) => void;
}

/** Who is at which place in the tree; the peers' ids are unique in it. */
export function house({ url, realm, ledger, onCelsius }: HouseOptions): SupervisorLogic {
  const router = { url, realm } satisfies PeerOptions;
  const sensor = (room: Room) => peer(room, router);
  let power = 0;

  const heard = ({ topic, args: [sequence] }: Event) => ledger.receive(topic, Number(sequence));

  return supervisor({
    strategy: 'one_for_one',
    intensity: 3,
    period: 5_000,
    children: [
      {
        id: 'ground-floor',
        start: supervisor({ children: [sensor('kitchen'), sensor('living'), sensor('hall')] }),
      },
      {
        id: 'upper-floor',
        start: supervisor({ children: [sensor('bedroom'), sensor('bath')] }),
      },
      {
        id: 'heating',
        // The thermostat is of no use without the heater: it starts behind it, and again whenever the heater does.
        start: supervisor({
          strategy: 'rest_for_one',
          children: [
            peer('heater', {
              ...router,
              register: {
                [SET_HEATER]: ({ args: [watts] }) => {
                  power = Number(watts);
                  return power;
                },
                [HEATER_STATE]: () => ({ power }),
              },
            }),
            peer('thermostat', {
              ...router,
              subscribe: Object.fromEntries(
                ROOMS.map((room) => [celsiusOf(room), ({ args: [, celsius] }: Event) => onCelsius(Number(celsius))]),
              ),
            }),
          ],
        }),
      },
      {
        id: 'services',
        start: supervisor({
          children: [
            peer('display', router),
            peer('logger', {
              ...router,
              subscribe: Object.fromEntries(ROOMS.map((room) => [celsiusOf(room), heard])),
            }),
          ],
        }),
      },
    ],
  });
}

export const PEERS = [...ROOMS, 'heater', 'thermostat', 'display', 'logger'] as const;
