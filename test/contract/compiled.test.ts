import * as z from 'zod';
import { compile } from '../../src/contract/compiled.js';
import { type Definition, UsageError } from '../../src/index.js';

const text = z.string();

describe('compile', () => {
  it.each([
    ['contract: unknown "procedure"; did you mean "procedures"?', { procedure: {} }],
    ['contract: expected an object with procedures, topics, received 5', 5],
    ['procedures: expected an object, by URI, received a list', { procedures: [] }],
    [
      'contract: procedure com.example.add: unknown "reslut"; did you mean "result"?',
      { procedures: { 'com.example.add': { reslut: text } } },
    ],
    [
      'contract: topic com.example.news: expected an object with args, kwargs, match, received a schema',
      { topics: { 'com.example.news': text } },
    ],
    [
      'contract: topic com.example.news: args[1]: expected a schema of a library that follows Standard Schema (Zod, Valibot, ArkType …), received "text"',
      { topics: { 'com.example.news': { args: [text, 'text'] } } },
    ],
    [
      'contract: topic com..news: expected a URI such as com.example.name; it has an empty component: number 2 of 3',
      { topics: { 'com..news': {} } },
    ],
    [
      'contract: topic com..news: expected match to be "exact", "prefix" or "wildcard", received "wild"',
      { topics: { 'com..news': { match: 'wild' } } },
    ],
    [
      'contract: procedure com.example.add: result: unknown "arg"; did you mean "args"?',
      { procedures: { 'com.example.add': { result: { arg: [text] } } } },
    ],
    [
      'contract: procedure com.example.add: error com.example.too big: expected a URI such as com.example.name; it holds whitespace (U+0020) at position 15',
      { procedures: { 'com.example.add': { errors: { 'com.example.too big': {} } } } },
    ],
  ])('%s', (message, definition) => {
    const act = () => compile(definition as Definition);
    expect(act).toThrow(UsageError);
    expect(act).toThrow(message);
  });

  it('finds the entry of a URI as WAMP does: itself, the longest prefix, a wildcard', () => {
    const entry = (match: 'exact' | 'prefix' | 'wildcard') => ({ match, args: [text] });
    const checks = compile({
      topics: {
        'com.example.a': entry('exact'),
        com: entry('prefix'),
        'com.example': entry('prefix'),
        'org..a': entry('wildcard'),
      },
    });
    const of = (uri: string) => checks.topic(uri);
    expect(new Set(['com.example.a', 'com.example.b', 'com.b', 'org.x.a'].map(of)).size).toBe(4);
    expect(of('com.example.b')).toBe(of('com.example.c.d'));
    expect([of('org.x.b'), of('org.x.a.b'), of('net')]).toEqual([undefined, undefined, undefined]);
    expect(checks.procedure('com.example.a')).toBeUndefined();
  });

  it('says which URI was probably meant', () => {
    const checks = compile({ procedures: { 'com.example.add': {} } });
    expect(() => checks.knows('procedure', 'call of com.example.ad', 'com.example.ad')).toThrow(
      'call of com.example.ad: the contract has no procedure com.example.ad; did you mean com.example.add?',
    );
    expect(() => checks.knows('topic', 'publish', 'com.example.add')).toThrow(
      /^publish: the contract has no topic com.example.add$/,
    );
    checks.knows('procedure', 'call', 'wamp.session.count');
    checks.knows('procedure', 'register', 'com..', 'wildcard');
  });
});
