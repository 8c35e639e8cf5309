/** `respell/testing`: a router in memory, virtual time through all of it, faults on demand, waits that never sleep. */

export {
  type BedStartOptions,
  type BedTree,
  type Received,
  type ReportOf,
  TestBed,
  type TestBedOptions,
  testBed,
} from './bed.js';
export { chance } from './chance.js';
export { type Crossing, type End, lineOfCrossing } from './crossing.js';
export { NothingLeftToHappen, WaitedTooLong } from './errors.js';
export type { After, Faults, OneWay, Said, Which } from './faults.js';
export { type FaultyOptions, faulty, type Link } from './link.js';
export { type LoggedLine, type RecordingLogger, recordingLogger } from './log.js';
export { quiet } from './quiet.js';
export type { Wait, WaitOptions } from './time.js';
export { type PendingTimer, VirtualClock } from './virtual-clock.js';
export type { Weather } from './weather.js';
