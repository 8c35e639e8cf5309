import { AN_OBJECT, isText, type Kind } from '../wamp/given.js';

/** Where metrics are served. */
export interface MetricsPlace {
  /** 0 for any free one. */
  readonly port: number;
  /** Default `127.0.0.1`: this machine only. */
  readonly host?: string;
}

/** What the option `metrics` takes. */
export const METRICS: Kind = {
  expected: 'a port from 0 to 65535, or { port, host }',
  fits: (value) => isPort(value) || (AN_OBJECT.fits(value) && isPlace(value as MetricsPlace)),
};

function isPlace({ port, host, ...more }: MetricsPlace): boolean {
  return isPort(port) && (host === undefined || isText(host)) && Object.keys(more).length === 0;
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;
}
