import type { Frame, FrameCase } from './case.js';
import { wanted } from './outcome.js';
import type { Report } from './run.js';

const LONGEST = 160;

/** A case that failed, for a person: what it is, what was expected of it and what came. */
export function shownFailure({ test, verdict }: Report): string {
  if (verdict.is !== 'failed') return '';
  const { id, why, spec_strength = '', spec_section = '', must_not = [] } = test;
  return [
    `FAILED ${id}: ${why} (${[spec_strength, spec_section].filter((each) => each !== '').join(', ')})`,
    `  sent      ${sentIn(test)}`,
    `  expected  ${wanted(test).join(' or ')}${must_not.length === 0 ? '' : `; and not ${must_not.join(', ')}`}`,
    `  but       ${verdict.faults.join('; ')}`,
    `  came      ${verdict.came === '' ? 'nothing' : verdict.came}`,
    '',
    '',
  ].join('\n');
}

function sentIn({ frame, sent_to, session_state, transport, serializer, setup }: FrameCase): string {
  const where = `to a ${sent_to}, ${session_state}, over ${transport} and ${serializer}`;
  return `${shownFrame(frame)} ${where}${setup.length === 0 ? '' : `, with ${setup.join(', ')}`}`;
}

function shownFrame(frame: Frame): string {
  const text =
    typeof frame === 'string'
      ? frame
      : frame.parts.map(([part, times]) => (times === 1 ? part : `${part.slice(0, 20)} × ${times}`)).join(' ');
  const shown = JSON.stringify(text);
  return shown.length > LONGEST ? `${shown.slice(0, LONGEST)}…` : shown;
}
