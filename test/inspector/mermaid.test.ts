import { createMachine } from 'xstate';
import { chartOf } from '../../src/inspector/chart.js';
import { toMermaid } from '../../src/inspector/mermaid.js';
import { flatMachine, nestedMachine } from '../support/charts.js';

const draw = (logic: unknown): string => toMermaid(chartOf(logic) ?? { id: '', nodes: [], edges: [] });

describe('toMermaid', () => {
  it('writes a flat chart', () => {
    expect(draw(flatMachine)).toBe(`stateDiagram-v2
  [*] --> closed
  state "closed" as closed
  state "establishing" as establishing
  state "challenging" as challenging
  note right of challenging : invokes sign
  state "established" as established
  state "aborted" as aborted
  state "lost" as lost
  note right of aborted : from any state of session on ABORT
  note right of lost : from any state of session on transport.closed
  closed --> establishing : session.join
  establishing --> established : WELCOME
  establishing --> challenging : CHALLENGE [isOffered]
  establishing --> aborted : CHALLENGE [else]
  establishing --> lost : after 2 s
  establishing --> lost : after welcomeTimeout
  challenging --> establishing : done sign
  challenging --> aborted : error sign
  established --> established : AGAIN
  aborted --> [*]
  lost --> [*]
`);
  });

  it('nests states and parts regions', () => {
    expect(draw(nestedMachine)).toContain(`  state "work" as work {
    state "upload" as work_upload {
      [*] --> work_upload_sending
      state "sending" as work_upload_sending
      state "sent" as work_upload_sent
    }
    --
    state "watch" as work_watch {`);
  });

  it('makes ids that are safe and differ, and escapes what would end a line or a name', () => {
    const machine = createMachine({
      initial: 'end',
      states: { end: { on: { 'a:b"\n;': 'x-y' } }, 'x-y': {}, x_y: {}, '1': {} },
    });
    const drawn = draw(machine);
    expect(drawn).toContain('state "end" as s_end');
    expect(drawn).toContain('state "x-y" as x_y\n');
    expect(drawn).toContain('state "x_y" as x_y_2');
    expect(drawn).toContain('s_end --> x_y : a#58;b#34; #59;');
  });
});
