import * as z from 'zod';
import { compiledOf, isContract } from '../../src/contract/contract.js';
import { ApplicationError, contract, errorOf, isError } from '../../src/index.js';

interface Api {
  procedures: {
    'com.example.warm': { errors: { 'com.example.too_hot': { args: [limit: number]; kwargs: { unit: string } } } };
  };
}

const OF_TYPES = contract<Api>();
const OF_SCHEMAS = contract({
  procedures: {
    'com.example.warm': {
      errors: {
        'com.example.too_hot': { args: [z.number()] },
        'com.example.slow': { args: [z.number().refine(async () => false)] },
      },
    },
    'com.example.heat': { errors: { 'com.example.too_hot': { args: z.tuple([]) } } },
  },
});

describe('contract', () => {
  it('is nothing at run time when it consists of types', () => {
    expect(contract<Api>()).toBe(OF_TYPES);
    expect(compiledOf(OF_TYPES)).toBeUndefined();
    expect(OF_TYPES.definition).toBeUndefined();
  });

  it('gives its URIs by themselves', () => {
    expect(OF_TYPES.uris['com.example.warm']).toBe('com.example.warm');
    expect(OF_SCHEMAS.uris['com.example.heat']).toBe('com.example.heat');
  });

  it('keeps the definition', () => {
    expect(Object.keys(OF_SCHEMAS.definition?.procedures ?? {})).toEqual(['com.example.warm', 'com.example.heat']);
  });
});

describe('isContract', () => {
  it.each([[undefined], [null], [{}], [5], ['contract'], [{ uris: {}, definition: {} }]])(
    'is no contract: %p',
    (value) => {
      expect(isContract(value)).toBe(false);
    },
  );
});

describe('isError', () => {
  it('is true of the ERROR of that URI', () => {
    const error = errorOf(OF_TYPES, 'com.example.too_hot', [25], { unit: 'C' });
    expect(isError(error, OF_TYPES, 'com.example.too_hot')).toBe(true);
    expect(isError(new ApplicationError('com.example.other'), OF_TYPES, 'com.example.too_hot')).toBe(false);
    expect(isError(new Error('com.example.too_hot'), OF_TYPES, 'com.example.too_hot')).toBe(false);
    expect(isError(undefined, OF_TYPES, 'com.example.too_hot')).toBe(false);
  });

  it.each([
    [[25], true],
    [[], true],
    [['hot'], false],
  ])('looks at the payload where there are schemas: %j', (args, expected) => {
    expect(isError(new ApplicationError('com.example.too_hot', args), OF_SCHEMAS, 'com.example.too_hot')).toBe(
      expected,
    );
  });

  it('takes a schema that can only tell later to agree', () => {
    expect(isError(new ApplicationError('com.example.slow', [1]), OF_SCHEMAS, 'com.example.slow')).toBe(true);
  });

  it('says what it expects in place of what is no contract', () => {
    expect(() => isError(new Error(), {} as never, 'com.example.x' as never)).toThrow(
      'isError: expected a contract, made by contract(…), received an object',
    );
    expect(() => (errorOf as (contract: unknown, uri: string) => unknown)({}, 'com.example.x')).toThrow(
      'errorOf: expected a contract',
    );
  });
});

describe('errorOf', () => {
  it('is an error with the payload of the contract', () => {
    const error = errorOf(OF_TYPES, 'com.example.too_hot', [25], { unit: 'C' });
    expect(error).toBeInstanceOf(ApplicationError);
    expect(error).toMatchObject({ uri: 'com.example.too_hot', args: [25], kwargs: { unit: 'C' } });
  });
});
