import { ApplicationError, ConnectionLost, ProtocolError, SerializationError, UsageError } from '../../src/errors.js';
import { result } from '../../src/roles/endpoint-result.js';
import type { Endpoint, Invocation, Procedure } from '../../src/roles/invocation.js';
import { Register } from '../../src/roles/registering.js';
import type { Request } from '../../src/roles/request.js';
import { WorkLimit } from '../../src/roles/work-limit.js';
import { CountingClock } from '../support/counting-clock.js';
import { recorded, thenable } from './recorded.js';

const settle = () => new Promise(setImmediate);

/** Offers com.example.add, in force under registration 77. */
function offering(endpoint: Endpoint, limit?: WorkLimit, clock = new CountingClock()) {
  const session = recorded(clock);
  const offered: Procedure = { procedure: 'com.example.add', options: {}, endpoint, limit, id: undefined };
  const request = new Register(offered);
  session.roles.requests.send(request as Request);
  session.receive([65, 1, 77]);
  session.sent.length = 0;
  return { ...session, offered, request };
}

const throwing = (thrown: unknown): Endpoint => {
  return () => {
    throw thrown;
  };
};

const INVOCATION = [68, 1, 77, {}, [2, 3]];

describe('result', () => {
  it.each([
    ['args', () => result('5' as never), 'result: expected args to be a list such as [value], received string'],
    ['kwargs', () => result([], [] as never), 'result: expected kwargs to be an object, received a list'],
    ['kwargs', () => result([], null as never), 'result: expected kwargs to be an object, received null'],
  ])('refuses %s that would break the protocol', (_part, make, message) => {
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });
});

describe('an endpoint', () => {
  it('answers an invocation that stands right behind REGISTERED', () => {
    const session = recorded();
    const endpoint: Endpoint = ({ args }) => (args[0] as number) + (args[1] as number);
    const offered: Procedure = { procedure: 'com.example.add', options: { invoke: 'single' }, endpoint, id: undefined };
    const request = new Register(offered);
    session.roles.requests.send(request as Request);
    session.receive([65, 1, 77], INVOCATION);
    expect(session.sent).toEqual([
      [64, 1, { invoke: 'single' }, 'com.example.add'],
      [70, 1, {}, [5]],
    ]);
    expect({ settled: request.settled, id: offered.id }).toEqual({ settled: true, id: 77 });
  });

  it('receives the payload, the details and the procedure that was called', () => {
    const received: Invocation[] = [];
    const { receive } = offering((invocation) => received.push(invocation));
    receive([68, 1, 77, { procedure: 'com.example.add.two', caller: 9 }, [2], { round: true }], [68, 2, 77, {}]);
    expect(received[0]).toMatchObject({
      args: [2],
      kwargs: { round: true },
      procedure: 'com.example.add.two',
      details: { caller: 9 },
    });
    expect(received[1]).toMatchObject({ args: [], kwargs: {}, procedure: 'com.example.add' });
  });

  it.each<[string, Endpoint, unknown[]]>([
    ['a value', () => 5, [70, 1, {}, [5]]],
    ['null', () => null, [70, 1, {}, [null]]],
    ['nothing', () => undefined, [70, 1, {}]],
    ['a list, which is one value', () => [1, 2], [70, 1, {}, [[1, 2]]]],
    ['several values', () => result([1, 2], { exact: true }), [70, 1, {}, [1, 2], { exact: true }]],
    ['a promise', async () => 5, [70, 1, {}, [5]]],
    ['a promise of several values', async () => result([1, 2]), [70, 1, {}, [1, 2]]],
    ['a thenable', () => thenable((yes) => yes(5)), [70, 1, {}, [5]]],
    [
      'a thenable of a thenable, that answers twice',
      () =>
        thenable((yes) => {
          yes(Promise.resolve(5));
          yes(6);
        }),
      [70, 1, {}, [5]],
    ],
  ])('that returns %s yields it', async (_title, endpoint, expected) => {
    const { sent, failures, roles, receive } = offering(endpoint);
    receive(INVOCATION);
    await settle();
    expect({ sent, failures, working: roles.callee.working }).toEqual({ sent: [expected], failures: [], working: 0 });
  });

  const hostile = Object.defineProperty(new Error('x'), 'message', {
    get() {
      throw new Error('hostile');
    },
  });
  const proxy = new Proxy(
    {},
    {
      has: () => {
        throw new Error('hostile');
      },
      getPrototypeOf: () => {
        throw new Error('hostile');
      },
      get: () => {
        throw new Error('hostile');
      },
    },
  );
  const UNSHOWN = 'the endpoint threw what cannot be shown';
  const thrown: [string, unknown, string][] = [
    ['an Error', new Error('broken'), 'broken'],
    ['an Error without a message', new TypeError(), 'TypeError'],
    ['a string', 'broken', 'broken'],
    ['undefined', undefined, 'undefined'],
    ['a symbol', Symbol('broken'), 'Symbol(broken)'],
    ['an object without a prototype', Object.create(null), UNSHOWN],
    ['an Error with a hostile getter', hostile, UNSHOWN],
    ['a hostile proxy', proxy, UNSHOWN],
    ['an Error whose message is no string', Object.assign(new Error('x'), { message: 10n }), '10'],
    ['an Error whose message is too long to be sent', new Error('x'.repeat(200_000)), 'x'.repeat(1_000)],
    ['an Error with half a character', new Error('\ud800!'), '\ufffd!'],
  ];

  describe.each([
    ['throws', throwing],
    [
      'rejects with',
      (error: unknown): Endpoint =>
        () =>
          Promise.reject(error),
    ],
  ])('that %s', (_how, make) => {
    it.each(thrown)('%s answers with a runtime error', async (_title, error, message) => {
      const { sent, failures, receive } = offering(make(error));
      receive(INVOCATION, [68, 2, 77, {}]);
      await settle();
      expect(sent).toEqual([1, 2].map((id) => [8, 68, id, {}, 'wamp.error.runtime_error', [message]]));
      expect(failures).toHaveLength(2);
      expect(failures[0]).toMatchObject({ what: 'endpoint', uri: 'com.example.add' });
      expect(failures[0]!.error).toBe(error);
    });

    it('an ApplicationError answers with its URI and payload, and is no failure', async () => {
      const { sent, failures, receive } = offering(
        make(new ApplicationError('com.example.too_big', ['7 is too big'], { limit: 5 })),
      );
      receive(INVOCATION);
      await settle();
      expect({ sent, failures }).toEqual({
        sent: [[8, 68, 1, {}, 'com.example.too_big', ['7 is too big'], { limit: 5 }]],
        failures: [],
      });
    });

    it.each([
      [
        'a URI that is none',
        new ApplicationError('not a uri'),
        /expected a URI such as 'com.example.error', received 'not a uri'/,
      ],
      ['no URI at all', new ApplicationError(5 as never), /received '5'/],
      ['arguments that are no list', new ApplicationError('com.example.e', 'x' as never), /expected args to be a list/],
    ])('an ApplicationError with %s costs the call, not the session', async (_title, error, message) => {
      const { sent, failures, receive } = offering(make(error));
      receive(INVOCATION);
      await settle();
      expect(sent).toEqual([[8, 68, 1, {}, 'wamp.error.runtime_error', [expect.stringMatching(message)]]]);
      expect(failures[0]?.error).toBeInstanceOf(UsageError);
    });

    it('an ApplicationError that cannot be sent answers with where and why', async () => {
      const { sent, failures, receive } = offering(make(new ApplicationError('com.example.e', [{ when: 10n }])));
      receive(INVOCATION);
      await settle();
      expect(sent).toEqual([
        [
          8,
          68,
          1,
          {},
          'wamp.error.invalid_argument',
          [expect.stringMatching(/^the error of com\.example\.add cannot/)],
        ],
      ]);
      expect(failures[0]?.error).toBeInstanceOf(SerializationError);
    });
  });

  it.each<[string, Endpoint]>([
    ['returned', () => ({ when: 10n })],
    ['promised', async () => ({ when: 10n })],
    ['one of several values', () => result([1, 10n])],
  ])('whose result cannot be sent, %s, answers with where and why', async (_title, endpoint) => {
    const { sent, failures, roles, receive } = offering(endpoint);
    receive(INVOCATION);
    await settle();
    expect(sent).toEqual([
      [
        8,
        68,
        1,
        {},
        'wamp.error.invalid_argument',
        [expect.stringMatching(/^the result of com\.example\.add cannot be/)],
      ],
    ]);
    expect(failures).toHaveLength(1);
    expect(roles.callee.working).toBe(0);
  });
});

describe('progress', () => {
  const WANTED = [68, 1, 77, { receive_progress: true }];

  it('goes to a caller who wants it, in its order before the result', async () => {
    const told: boolean[] = [];
    const { sent, receive } = offering(async ({ progress, wantsProgress }) => {
      told.push(wantsProgress, progress([1]));
      await settle();
      told.push(progress([2], { half: true }));
      return 'done';
    });
    receive(WANTED);
    await settle();
    await settle();
    expect({ sent, told }).toEqual({
      sent: [
        [70, 1, { progress: true }, [1]],
        [70, 1, { progress: true }, [2], { half: true }],
        [70, 1, {}, ['done']],
      ],
      told: [true, true, true],
    });
  });

  it('goes nowhere when it is not wanted, or not any more', () => {
    let kept: Invocation | undefined;
    const told: boolean[] = [];
    const { sent, receive } = offering((invocation) => {
      kept = invocation;
      told.push(invocation.progress([1]));
      return new Promise(() => {});
    });
    receive(INVOCATION, [69, 1, { mode: 'killnowait' }], [68, 2, 77, { receive_progress: true }]);
    receive([69, 2, { mode: 'killnowait' }]);
    told.push(kept?.progress([2]) ?? true);
    expect({ sent, told }).toEqual({ sent: [[70, 2, { progress: true }, [1]]], told: [false, true, false] });
  });

  it.each<[string, unknown[], string]>([
    ['that cannot be sent', [[10n]], 'wamp.error.invalid_argument'],
    ['that is no list', [5], 'wamp.error.runtime_error'],
  ])('%s fails the endpoint that sends it', (_what, args, uri) => {
    const { sent, receive } = offering(({ progress }) => (progress as (...args: unknown[]) => boolean)(...args));
    receive(WANTED);
    expect(sent).toEqual([[8, 68, 1, {}, uri, [expect.any(String)]]]);
  });
});

describe('a limit on work', () => {
  /** An endpoint whose works the test ends, by their argument. */
  function working(concurrency: number, queueLimit: number) {
    const started: unknown[] = [];
    const finish = new Map<unknown, (value: unknown) => void>();
    const limit = new WorkLimit(concurrency, queueLimit);
    const endpoint: Endpoint = ({ args: [name] }) => {
      started.push(name);
      return new Promise((resolve) => finish.set(name, resolve));
    };
    return { ...offering(endpoint, limit), started, finish, limit };
  }
  const invocation = (id: number) => [68, id, 77, {}, [id]];

  it('lets the others wait, and refuses those who find no place to', async () => {
    const { sent, started, finish, receive } = working(2, 1);
    receive(...[1, 2, 3, 4].map(invocation));
    expect(started).toEqual([1, 2]);
    expect(sent).toEqual([
      [
        8,
        68,
        4,
        {},
        'wamp.error.unavailable',
        ['com.example.add is busy: 2 calls are worked on, 1 wait; try again later'],
      ],
    ]);
    finish.get(1)?.('one');
    await settle();
    expect(started).toEqual([1, 2, 3]);
    expect(sent.at(-1)).toEqual([70, 1, {}, ['one']]);
  });

  it('gives the place of one that failed to the next', async () => {
    const limit = new WorkLimit(1, 10);
    const { sent, receive } = offering(throwing(new Error('broken')), limit);
    receive(invocation(1), invocation(2));
    const async = offering(() => Promise.reject(new Error('broken')), limit);
    async.receive(invocation(1), invocation(2));
    await settle();
    expect([sent.length, async.sent.length, limit.busy]).toEqual([2, 2, 0]);
  });

  it('never starts one that was interrupted while it waited', async () => {
    const { sent, started, finish, roles, receive } = working(1, 10);
    receive(invocation(1), invocation(2), [69, 2, { mode: 'kill' }]);
    expect(sent).toEqual([[8, 68, 2, {}, 'wamp.error.canceled']]);
    finish.get(1)?.('one');
    await settle();
    expect({ started, working: roles.callee.working }).toEqual({ started: [1], working: 0 });
  });

  it('counts what was interrupted until the endpoint has returned', async () => {
    const { started, finish, receive } = working(1, 10);
    receive(invocation(1), invocation(2), [69, 1, { mode: 'killnowait' }]);
    expect(started).toEqual([1]);
    finish.get(1)?.('too late');
    await settle();
    expect(started).toEqual([1, 2]);
  });

  it('holds over the end of a session: what waited is gone, what is worked on keeps its place', async () => {
    const { roles, started, finish, limit, offered, receive } = working(1, 10);
    receive(invocation(1), invocation(2));
    roles.end(new ConnectionLost('the router is gone', { mayHaveExecuted: false }));
    offered.id = undefined;
    const later = recorded();
    later.roles.requests.send(new Register(offered) as Request);
    later.receive([65, 1, 78], [68, 1, 78, {}, ['later']]);
    expect({ started, waiting: limit.waiting }).toEqual({ started: [1], waiting: 1 });
    finish.get(1)?.('too late');
    await settle();
    expect(started).toEqual([1, 'later']);
    finish.get('later')?.('done');
    await settle();
    expect(later.sent.at(-1)).toEqual([70, 1, {}, ['done']]);
  });
});

describe('who calls', () => {
  it.each([
    [
      { caller: 9, caller_authid: 'anna', caller_authrole: 'admin' },
      { session: 9, authid: 'anna', authrole: 'admin' },
    ],
    [{ caller: 9 }, { session: 9, authid: undefined, authrole: undefined }],
    [{ caller: '9', caller_authid: 5 }, undefined],
    [{}, undefined],
  ])('is, by details %j, %j', (details, expected) => {
    const callers: unknown[] = [];
    const { receive } = offering(({ caller }) => callers.push(caller));
    receive([68, 1, 77, details]);
    expect(callers).toEqual([expected]);
  });
});

describe('INTERRUPT', () => {
  it.each([
    [{ mode: 'kill' }, [[8, 68, 1, {}, 'wamp.error.canceled']]],
    [{}, [[8, 68, 1, {}, 'wamp.error.canceled']]],
    [{ mode: 'killnowait' }, []],
  ])('with %j aborts the signal, and sends %j; what comes of the endpoint goes nowhere', async (options, expected) => {
    let finish: (value: unknown) => void = () => {};
    let signal: AbortSignal | undefined;
    const { sent, roles, receive } = offering((invocation) => {
      signal = invocation.signal;
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    receive(INVOCATION, [69, 1, options]);
    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toMatchObject({ uri: 'wamp.error.canceled' });
    finish(5);
    await settle();
    expect({ sent, working: roles.callee.working }).toEqual({ sent: expected, working: 0 });
  });

  it('of an invocation that was answered does nothing', () => {
    const { sent, receive } = offering(() => 5);
    receive(INVOCATION, [69, 1, {}]);
    expect(sent).toEqual([[70, 1, {}, [5]]]);
  });

  it('is seen by an endpoint that asks for its signal only later', () => {
    let kept: Invocation | undefined;
    const { receive } = offering((invocation) => {
      kept = invocation;
      return new Promise(() => {});
    });
    receive(INVOCATION, [69, 1, {}]);
    expect(kept?.signal.aborted).toBe(true);
  });
});

describe('the end of the session', () => {
  it('aborts the signals of all that work, with its reason; what comes of them goes nowhere', async () => {
    const signals: AbortSignal[] = [];
    const finish: ((value: unknown) => void)[] = [];
    const { sent, roles, receive } = offering(({ signal }) => {
      signals.push(signal);
      return new Promise((resolve) => finish.push(resolve));
    });
    receive(INVOCATION, [68, 2, 77, {}]);
    const why = new ConnectionLost('the router is gone', { mayHaveExecuted: false });
    roles.end(why);
    for (const each of finish) each(5);
    await settle();
    expect(signals.map(({ aborted, reason }) => [aborted, reason])).toEqual([
      [true, why],
      [true, why],
    ]);
    expect({ sent, working: roles.callee.working }).toEqual({ sent: [], working: 0 });
  });
});

describe('registrations', () => {
  it('refuse an invocation that was on its way when the procedure was taken away', () => {
    const { sent, roles, offered, receive } = offering(() => 5);
    expect(roles.callee.remove(offered)).toBe(77);
    expect(roles.callee.remove(offered)).toBeUndefined();
    receive(INVOCATION);
    expect(sent).toEqual([[8, 68, 1, {}, 'wamp.error.no_such_registration', ['no registration 77']]]);
  });

  it('let go of one that the dealer revokes; work on it goes on', async () => {
    const finish: ((value: unknown) => void)[] = [];
    const { sent, offered, receive } = offering(() => new Promise((resolve) => finish.push(resolve)));
    const revoked: string[] = [];
    offered.onRevoked = ({ message }) => revoked.push(message);
    receive(INVOCATION, [67, 0, { registration: 77 }], [67, 0, { registration: 77 }], [68, 2, 77, {}]);
    finish[0]?.('done');
    await settle();
    expect({ sent, id: offered.id, revoked }).toEqual({
      sent: [
        [8, 68, 2, {}, 'wamp.error.no_such_registration', ['no registration 77']],
        [70, 1, {}, ['done']],
      ],
      id: undefined,
      revoked: ['wamp.error.no_such_registration: the router took the registration of com.example.add back'],
    });
  });

  it('undo one that was given up while the dealer worked on it', () => {
    const session = recorded();
    const request = new Register({ procedure: 'com.example.add', options: {}, endpoint: () => 5, id: undefined });
    session.roles.requests.send(request as Request);
    request.reject(new Error('given up'));
    session.receive([65, 1, 77]);
    expect(session.sent.slice(1)).toEqual([[66, 2, 77]]);
    session.receive([67, 2]);
    expect(session.roles.requests.size).toBe(0);
  });

  it.each([
    ['a second invocation with the id of one that is being worked on', [68, 1, 77, {}], 'expected a new request id'],
    ['a revocation of nothing', [67, 0], 'UNREGISTERED.details.registration: expected an ID'],
    [
      'a revocation of what is no id',
      [67, 0, { registration: 'x' }],
      'UNREGISTERED.details.registration: expected an ID',
    ],
    ['REGISTERED for what was not asked', [65, 9, 78], 'received one to REGISTER 9'],
  ])('hold %s against the protocol', (_title, list, message) => {
    const { receive } = offering(() => new Promise(() => {}));
    receive(INVOCATION);
    expect(() => receive(list)).toThrow(ProtocolError);
    expect(() => receive(list)).toThrow(message);
  });
});

describe('a call in parts', () => {
  const first = [68, 1, 77, { progress: true }, [1]];
  const more = (value: number, isLast = false) => [68, 1, 77, isLast ? {} : { progress: true }, [value]];
  const canceled = { uri: 'wamp.error.canceled' };

  /** Adds up what comes, and keeps what became of the loop. */
  function adding(options: { partsBuffer?: number; limit?: WorkLimit } = {}) {
    const invocations: Invocation[] = [];
    const loops: Promise<unknown>[] = [];
    const endpoint: Endpoint = (invocation) => {
      invocations.push(invocation);
      const loop = (async () => {
        let sum = 0;
        for await (const { args } of invocation.parts) sum += Number(args[0]);
        return sum;
      })();
      loops.push(loop.catch((error: unknown) => error));
      return loop;
    };
    const session = offering(endpoint, options.limit);
    Object.assign(session.offered, { partsBuffer: options.partsBuffer });
    return { ...session, invocations, loops };
  }

  it('comes to one endpoint, once, as a loop from its first part to its last', async () => {
    const { receive, sent, invocations, roles } = adding();
    receive(first, more(2));
    await settle();
    receive(more(3), more(4, true));
    await settle();
    expect(sent).toEqual([[70, 1, {}, [10]]]);
    expect(invocations).toMatchObject([{ args: [1], isProgressive: true, details: { progress: true } }]);
    expect({ working: roles.callee.working, invocations: roles.callee.invocations }).toEqual({
      working: 0,
      invocations: 1,
    });
  });

  it('is the same loop for a call that comes as a whole: one part', async () => {
    const { receive, sent, invocations } = adding();
    receive([68, 1, 77, {}, [5]], [68, 2, 77, {}]);
    await settle();
    expect(sent).toHaveLength(2);
    expect(sent).toEqual(
      expect.arrayContaining([
        [70, 1, {}, [5]],
        [70, 2, {}, [0]],
      ]),
    );
    expect(invocations.map(({ isProgressive }) => isProgressive)).toEqual([false, false]);
  });

  it('is opened, kept alive and ended by parts that carry nothing: the loop does not see them', async () => {
    const { receive, sent } = adding();
    receive([68, 1, 77, { progress: true }], more(2), [68, 1, 77, { progress: true }, []], [68, 1, 77, {}]);
    await settle();
    expect(sent).toEqual([[70, 1, {}, [2]]]);
  });

  it('goes both ways at once', async () => {
    const { receive, sent } = offering(async ({ parts, progress }) => {
      for await (const { args, kwargs } of parts) progress(args, kwargs);
      return 'end';
    });
    receive([68, 1, 77, { progress: true, receive_progress: true }, [1]]);
    await settle();
    receive([68, 1, 77, { progress: true }, [2], { unit: 'm' }]);
    await settle();
    receive([68, 1, 77, {}, [3]]);
    await settle();
    expect(sent).toEqual([
      [70, 1, { progress: true }, [1]],
      [70, 1, { progress: true }, [2], { unit: 'm' }],
      [70, 1, { progress: true }, [3]],
      [70, 1, {}, ['end']],
    ]);
  });

  it.each<[string, Endpoint, unknown[]]>([
    ['answers', () => 'enough', [70, 1, {}, ['enough']]],
    ['throws', throwing(new ApplicationError('com.full')), [8, 68, 1, {}, 'com.full']],
  ])('whose endpoint %s before its end drops what is still on its way, and takes no offence', (_, endpoint, said) => {
    let calls = 0;
    const { receive, sent } = offering((invocation) => {
      calls += 1;
      return endpoint(invocation);
    });
    receive(first, more(2), more(3), more(4, true));
    expect({ sent, calls }).toEqual({ sent: [said], calls: 1 });
    // Its id is free now: not every router numbers in order.
    receive([68, 1, 77, {}, [1]]);
    expect(calls).toBe(2);
  });

  it.each([
    ['kill', [[8, 68, 1, {}, 'wamp.error.canceled']]],
    ['killnowait', []],
  ])('that is cancelled in mode %s fails the loop, and nothing of it is heard', async (mode, said) => {
    const { receive, sent, loops, failures } = adding();
    receive(first, more(2), [69, 1, { mode }], more(3), more(4, true));
    await settle();
    expect(sent).toEqual(said);
    expect(await Promise.all(loops)).toMatchObject([canceled]);
    expect(failures).toEqual([]);
  });

  it('fails the loop when its session ends', async () => {
    const { receive, roles, loops } = adding();
    receive(first);
    const why = new ConnectionLost('gone', { mayHaveExecuted: true });
    roles.end(why);
    expect(await Promise.all(loops)).toEqual([why]);
  });

  it('that comes quicker than it is worked on is refused, and its endpoint told', async () => {
    let kept: Invocation | undefined;
    const { receive, sent, offered, failures, roles } = offering((invocation) => {
      kept = invocation;
      return new Promise(() => {});
    });
    Object.assign(offered, { partsBuffer: 2 });
    receive(first, more(2), more(3), more(4), more(5, true));
    expect(sent).toEqual([
      [8, 68, 1, {}, 'wamp.error.unavailable', ['com.example.add: 2 parts of a call wait already; send them slower']],
    ]);
    expect(kept?.signal.reason).toMatchObject({
      code: 'WAMP_ERR_QUEUE_FULL',
      message: 'com.example.add: 2 parts of a call wait already (partsBuffer)',
    });
    expect(failures).toMatchObject([{ what: 'endpoint', uri: 'com.example.add' }]);
    expect(roles.callee.working).toBe(0);
    await expect(kept?.parts.next()).rejects.toBe(kept?.signal.reason);
  });

  it('is over for good when its last part is one too many: the same id stands for a new call then', () => {
    const { receive, sent, offered, roles } = offering(() => new Promise(() => {}));
    Object.assign(offered, { partsBuffer: 2 });
    receive(first, more(2), more(3, true));
    expect(sent).toMatchObject([[8, 68, 1, {}, 'wamp.error.unavailable', [expect.any(String)]]]);
    receive([68, 1, 77, {}, ['new']]);
    expect({ invocations: roles.callee.invocations, working: roles.callee.working }).toEqual({
      invocations: 2,
      working: 1,
    });
  });

  it('keeps its parts while it waits for its turn', async () => {
    const finish: (() => void)[] = [];
    const { receive, sent } = offering(async ({ parts }) => {
      const got: unknown[] = [];
      for await (const { args } of parts) got.push(args[0]);
      await new Promise<void>((resolve) => finish.push(resolve));
      return got;
    }, new WorkLimit(1, 1));
    receive([68, 1, 77, {}, [1]], [68, 2, 77, { progress: true }, [2]], [68, 2, 77, {}, [3]]);
    await settle();
    finish[0]?.();
    await settle();
    finish[1]?.();
    await settle();
    expect(sent.map((list) => list[3])).toEqual([[[1]], [[2, 3]]]);
  });

  it('for which there is no place is refused as a whole', () => {
    const { receive, sent } = offering(() => new Promise(() => {}), new WorkLimit(1, 0));
    receive([68, 2, 77, {}], first, more(2), more(3, true));
    expect(sent.map((list) => [list[2], list[4]])).toEqual([[1, 'wamp.error.unavailable']]);
  });

  it('to a procedure that was taken back is refused as a whole', () => {
    const { receive, sent } = offering(() => 5);
    receive([68, 1, 78, { progress: true }], [68, 1, 78, { progress: true }], [68, 1, 78, {}]);
    expect(sent.map((list) => [list[2], list[4]])).toEqual([[1, 'wamp.error.no_such_registration']]);
  });

  it.each<[string, ...unknown[][]]>([
    ['of a call that came as a whole', [68, 1, 77, {}]],
    ['after the last', [68, 1, 77, { progress: true }], [68, 1, 77, {}]],
  ])('breaks the protocol by a part %s', (_, ...lists) => {
    const { receive } = offering(() => new Promise(() => {}));
    receive(...lists);
    expect(() => receive([68, 1, 77, { progress: true }])).toThrow(ProtocolError);
  });
});

describe('the details of an invocation', () => {
  it.each([
    [
      { timeout: 500, trustlevel: 2 },
      { timeout: 500, trustlevel: 2 },
    ],
    [
      { timeout: 0, trustlevel: 0 },
      { timeout: undefined, trustlevel: 0 },
    ],
    [
      { timeout: '5', trustlevel: -1 },
      { timeout: undefined, trustlevel: undefined },
    ],
    [{}, { timeout: undefined, trustlevel: undefined }],
  ])('%j are read as %j', (details, expected) => {
    const read: unknown[] = [];
    const { receive } = offering(({ timeout, trustlevel }) => void read.push({ timeout, trustlevel }));
    receive([68, 1, 77, details]);
    expect(read).toEqual([expected]);
  });
});

describe('a timeout that the dealer leaves to the callee', () => {
  const timedOut = [8, 68, 1, {}, 'wamp.error.timeout', ['no answer within 100 ms']];

  it('aborts the signal and answers the caller at its end, not before; what comes of the endpoint goes nowhere', async () => {
    const clock = new CountingClock();
    let finish: (value: unknown) => void = () => {};
    let signal: AbortSignal | undefined;
    const { receive, sent, roles } = offering(
      (invocation) => {
        signal = invocation.signal;
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      undefined,
      clock,
    );
    receive([68, 1, 77, { timeout: 100 }]);
    clock.increment(99);
    expect({ sent, aborted: signal?.aborted }).toEqual({ sent: [], aborted: false });
    clock.increment(1);
    expect(sent).toEqual([timedOut]);
    expect(signal?.reason).toMatchObject({ uri: 'wamp.error.timeout' });
    finish(5);
    await settle();
    expect({ sent: sent.length, working: roles.callee.working, timers: clock.timers }).toEqual({
      sent: 1,
      working: 0,
      timers: 0,
    });
  });

  it.each<[string, Endpoint, (session: ReturnType<typeof offering>) => void]>([
    ['the answer', () => 5, () => {}],
    ['an error', throwing(new Error('broken')), () => {}],
    ['INTERRUPT', () => new Promise(() => {}), ({ receive }) => receive([69, 1, { mode: 'killnowait' }])],
    ['the end of the session', () => new Promise(() => {}), ({ roles }) => roles.end(new Error('gone'))],
  ])('is over with %s', (_, endpoint, then) => {
    const clock = new CountingClock();
    const session = offering(endpoint, undefined, clock);
    session.receive([68, 1, 77, { timeout: 100 }]);
    then(session);
    expect(clock.timers).toBe(0);
    const said = session.sent.length;
    clock.increment(1_000);
    expect(session.sent).toHaveLength(said);
  });

  it('counts while the call waits for its turn, and gives up its place', () => {
    const clock = new CountingClock();
    const limit = new WorkLimit(1, 1);
    const { receive, sent } = offering(() => new Promise(() => {}), limit, clock);
    receive([68, 2, 77, {}], [68, 1, 77, { timeout: 100 }]);
    clock.increment(100);
    expect({ sent, waiting: limit.waiting }).toEqual({ sent: [timedOut], waiting: 0 });
  });

  it('is the longest pause between two parts of either kind', () => {
    const clock = new CountingClock();
    let kept: Invocation | undefined;
    const { receive, sent } = offering(
      (invocation) => {
        kept = invocation;
        return new Promise(() => {});
      },
      undefined,
      clock,
    );
    receive([68, 1, 77, { timeout: 100, progress: true, receive_progress: true }]);
    clock.increment(90);
    receive([68, 1, 77, { progress: true }]);
    clock.increment(90);
    kept?.progress([1]);
    clock.increment(99);
    expect(sent).toHaveLength(1);
    clock.increment(1);
    expect(sent.at(-1)).toEqual(timedOut);
  });
});
