/** As much as a reading of some sensors takes: some hundred octets. */
export const PAYLOAD: readonly unknown[] = [
  {
    sensor: 'thermostat-17',
    room: 'kitchen',
    celsius: 21.5,
    humidity: 0.43,
    ok: true,
    tags: ['heating', 'ground floor'],
  },
];
