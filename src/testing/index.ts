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
export {
  type Leftover,
  type LeftoverKind,
  NothingLeftToHappen,
  OffScript,
  SomethingLeft,
  WaitedTooLong,
} from './errors.js';
export type { After, Faults, OneWay, Said, Which } from './faults.js';
export { type LeakCheck, type LeaksOptions, leaks } from './leaks.js';
export { type FaultyOptions, faulty, type Link } from './link.js';
export { type LoggedLine, type RecordingLogger, recordingLogger } from './log.js';
export { quiet } from './quiet.js';
export { type Answer, COURTEOUS, type Script, ScriptedRouter, type ScriptedRouterOptions } from './scripted-router.js';
export { ScriptedTransport, type ScriptedTransportOptions } from './scripted-transport.js';
export type { Wait, WaitOptions } from './time.js';
export { type PendingTimer, VirtualClock } from './virtual-clock.js';
export type { Weather } from './weather.js';
