/** The scripts: what is asked of each router, and what came of it. */
import type { Script } from './script.js';

const ALL = {
  call_canceling: true,
  progressive_call_results: true,
  pattern_based_registration: true,
  shared_registration: true,
  pattern_based_subscription: true,
  publisher_exclusion: true,
  subscriber_blackwhite_listing: true,
  call_timeout: true,
};

export const SCRIPTS: readonly Script[] = [
  {
    title: 'a second subscription to the same topic',
    sessions: { a: ALL, b: ALL },
    steps: [
      { who: 'a', says: () => [32, '$', {}, 'com.s.twice'] },
      { who: 'a', says: () => [32, '$', {}, 'com.s.twice'] },
      { who: 'b', says: () => [16, '$', { acknowledge: true }, 'com.s.twice', [1]] },
    ],
    hears: { a: ['SUBSCRIBED', 'SUBSCRIBED', 'EVENT {} [1]'], b: ['PUBLISHED'] },
  },
  {
    title: 'a topic and two patterns that match it',
    details: ['topic'],
    sessions: { a: ALL, b: ALL },
    steps: [
      { who: 'a', says: () => [32, '$', {}, 'com.s.x.y'] },
      { who: 'a', says: () => [32, '$', { match: 'prefix' }, 'com.s.x'] },
      { who: 'a', says: () => [32, '$', { match: 'wildcard' }, 'com.s..y'] },
      { who: 'b', says: () => [16, '$', { acknowledge: true }, 'com.s.x.y', [1]] },
    ],
    hears: {
      a: [
        'SUBSCRIBED',
        'SUBSCRIBED',
        'SUBSCRIBED',
        'EVENT {} [1]',
        'EVENT {"topic":"com.s.x.y"} [1]',
        'EVENT {"topic":"com.s.x.y"} [1]',
      ],
      b: ['PUBLISHED'],
    },
    differs: {
      nexus: {
        a: [
          'SUBSCRIBED',
          'SUBSCRIBED',
          'SUBSCRIBED',
          'EVENT {"topic":"com.s.x.y"} [1]',
          'EVENT {"topic":"com.s.x.y"} [1]',
          'EVENT {"topic":"com.s.x.y"} [1]',
        ],
      },
    },
  },
  {
    title: 'an event to its own publisher',
    sessions: { a: ALL },
    steps: [
      { who: 'a', says: () => [32, '$', {}, 'com.s.own'] },
      { who: 'a', says: () => [16, '$', {}, 'com.s.own', [1]] },
      { who: 'a', says: () => [16, '$', { exclude_me: false }, 'com.s.own', [2]] },
    ],
    hears: { a: ['SUBSCRIBED', 'EVENT {} [2]'] },
  },
  {
    title: 'a procedure that is taken, and one that nobody has',
    sessions: { a: ALL, b: ALL },
    steps: [
      { who: 'a', says: () => [64, '$', {}, 'com.s.taken'] },
      { who: 'b', says: () => [64, '$', {}, 'com.s.taken'] },
      { who: 'b', says: () => [48, '$', {}, 'com.s.nobody'] },
      { who: 'a', says: () => [64, '$', {}, 'wamp.s.mine'] },
    ],
    hears: {
      a: ['REGISTERED', 'ERROR 64 wamp.error.invalid_uri'],
      b: ['ERROR 64 wamp.error.procedure_already_exists', 'ERROR 48 wamp.error.no_such_procedure'],
    },
  },
  {
    title: 'a call, its error and its result',
    sessions: { a: ALL, b: ALL },
    steps: [
      { who: 'a', says: () => [64, '$', {}, 'com.s.p'] },
      { who: 'b', says: () => [48, '$', {}, 'com.s.p', [1], { k: 2 }] },
      { who: 'a', says: ({ invocation }) => [70, invocation, {}, [3], { k: 4 }] },
      { who: 'b', says: () => [48, '$', {}, 'com.s.p'] },
      { who: 'a', says: ({ invocation }) => [8, 68, invocation, {}, 'com.s.error', [5]] },
    ],
    hears: {
      a: ['REGISTERED', 'INVOCATION {} [1] {"k":2}', 'INVOCATION {}'],
      b: ['RESULT {} [3] {"k":4}', 'ERROR 48 com.s.error'],
    },
  },
  {
    title: 'a call that is canceled with skip, and answered',
    sessions: { a: ALL, b: ALL },
    steps: [
      { who: 'a', says: () => [64, '$', {}, 'com.s.p'] },
      { who: 'b', says: () => [48, '$', {}, 'com.s.p'] },
      { who: 'b', says: ({ call }) => [49, call, { mode: 'skip' }] },
      { who: 'a', says: ({ invocation }) => [70, invocation, {}, [1]] },
    ],
    hears: { a: ['REGISTERED', 'INVOCATION {}'], b: ['ERROR 48 wamp.error.canceled'] },
    differs: { crossbar: { b: [] } },
  },
  {
    title: 'a call that is canceled with kill, and answered',
    sessions: { a: ALL, b: ALL },
    steps: [
      { who: 'a', says: () => [64, '$', {}, 'com.s.p'] },
      { who: 'b', says: () => [48, '$', {}, 'com.s.p'] },
      { who: 'b', says: ({ call }) => [49, call, { mode: 'kill' }] },
      { who: 'a', says: ({ invocation }) => [70, invocation, {}, [1]] },
    ],
    hears: { a: ['REGISTERED', 'INVOCATION {}', 'INTERRUPT {"mode":"kill"}'], b: ['RESULT {} [1]'] },
    differs: { crossbar: { b: ['ERROR 48 wamp.error.canceled'] } },
  },
  {
    title: 'a call that is canceled with killnowait, and answered',
    sessions: { a: ALL, b: ALL },
    steps: [
      { who: 'a', says: () => [64, '$', {}, 'com.s.p'] },
      { who: 'b', says: () => [48, '$', {}, 'com.s.p'] },
      { who: 'b', says: ({ call }) => [49, call, { mode: 'killnowait' }] },
      { who: 'a', says: ({ invocation }) => [70, invocation, {}, [1]] },
    ],
    hears: {
      a: ['REGISTERED', 'INVOCATION {}', 'INTERRUPT {"mode":"killnowait"}'],
      b: ['ERROR 48 wamp.error.canceled'],
    },
  },
  {
    title: 'a registration that others share, and one by another policy',
    sessions: { a: ALL, b: ALL, c: ALL },
    steps: [
      { who: 'a', says: () => [64, '$', { invoke: 'roundrobin' }, 'com.s.shared'] },
      { who: 'b', says: () => [64, '$', { invoke: 'roundrobin' }, 'com.s.shared'] },
      { who: 'c', says: () => [64, '$', { invoke: 'random' }, 'com.s.shared'] },
      { who: 'c', says: () => [48, '$', {}, 'com.s.shared', [1]] },
      { who: 'c', says: () => [48, '$', {}, 'com.s.shared', [2]] },
      { who: 'c', says: () => [48, '$', {}, 'com.s.shared', [3]] },
    ],
    hears: {
      a: ['REGISTERED', 'INVOCATION {} [1]', 'INVOCATION {} [3]'],
      b: ['REGISTERED', 'INVOCATION {} [2]'],
      c: ['ERROR 64 wamp.error.procedure_already_exists'],
    },
    differs: { crossbar: { c: ['ERROR 64 wamp.error.procedure_exists_with_different_invocation_policy'] } },
  },
  {
    title: 'names that are none',
    sessions: { a: ALL },
    steps: [
      { who: 'a', says: () => [32, '$', {}, 'com.s..x'] },
      { who: 'a', says: () => [16, '$', { acknowledge: true }, 'com.s..x'] },
      { who: 'a', says: () => [48, '$', {}, 'com.s..x'] },
    ],
    hears: {
      a: ['ERROR 32 wamp.error.invalid_uri', 'ERROR 16 wamp.error.invalid_uri', 'ERROR 48 wamp.error.invalid_uri'],
    },
    differs: {
      nexus: {
        a: [
          'ERROR 32 wamp.error.invalid_uri',
          'ERROR 16 wamp.error.invalid_uri',
          'ERROR 48 wamp.error.no_such_procedure',
        ],
      },
      crossbar: { a: ['ERROR 32 wamp.error.invalid_uri'] },
    },
  },
  {
    title: 'a pattern of an unknown kind',
    sessions: { a: ALL },
    steps: [{ who: 'a', says: () => [32, '$', { match: 'regex' }, 'com.s.x'] }],
    hears: { a: ['ERROR 32 wamp.error.invalid_argument'] },
    differs: { nexus: { a: ['SUBSCRIBED'] }, crossbar: { a: [] } },
  },
  {
    title: 'progressive results',
    sessions: { a: ALL, b: ALL },
    steps: [
      { who: 'a', says: () => [64, '$', {}, 'com.s.p'] },
      { who: 'b', says: () => [48, '$', { receive_progress: true }, 'com.s.p'] },
      { who: 'a', says: ({ invocation }) => [70, invocation, { progress: true }, [1]] },
      { who: 'a', says: ({ invocation }) => [70, invocation, {}, [2]] },
    ],
    hears: {
      a: ['REGISTERED', 'INVOCATION {"receive_progress":true}'],
      b: ['RESULT {"progress":true} [1]', 'RESULT {} [2]'],
    },
  },
  {
    title: 'the longest prefix, and a wildcard, for a call',
    details: ['procedure'],
    sessions: { a: ALL, b: ALL, c: ALL, d: ALL },
    steps: [
      { who: 'a', says: () => [64, '$', { match: 'prefix' }, 'com.s'] },
      { who: 'b', says: () => [64, '$', { match: 'prefix' }, 'com.s.x'] },
      { who: 'c', says: () => [64, '$', { match: 'wildcard' }, 'com..x.y'] },
      { who: 'd', says: () => [48, '$', {}, 'com.s.x.y'] },
    ],
    hears: { a: ['REGISTERED'], b: ['REGISTERED', 'INVOCATION {"procedure":"com.s.x.y"}'], c: ['REGISTERED'], d: [] },
  },
  {
    title: 'an unknown subscription and registration',
    sessions: { a: ALL },
    steps: [
      { who: 'a', says: () => [34, '$', 12345] },
      { who: 'a', says: () => [66, '$', 12345] },
    ],
    hears: { a: ['ERROR 34 wamp.error.no_such_subscription', 'ERROR 66 wamp.error.no_such_registration'] },
  },
];
