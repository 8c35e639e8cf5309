import { UsageError } from '../../src/errors.js';
import { checkPayload } from '../../src/roles/payload.js';

describe('checkPayload', () => {
  it('takes a list and an object', () => {
    expect(() => checkPayload('call of com.example.add', [1], { a: 1 })).not.toThrow();
  });

  it.each<[unknown, unknown, string]>([
    ['5', {}, 'call of com.example.add: expected args to be a list such as [value], received string'],
    [undefined, {}, 'call of com.example.add: expected args to be a list such as [value], received undefined'],
    [null, {}, 'received null'],
    [{ a: 1 }, {}, 'received object (kwargs is an option)'],
    [[], [], 'call of com.example.add: expected kwargs to be an object, received a list'],
    [[], 'a', 'expected kwargs to be an object, received string'],
    [[], null, 'expected kwargs to be an object, received null'],
  ])('refuses %j and %j', (args, kwargs, message) => {
    const check = () => checkPayload('call of com.example.add', args, kwargs);
    expect(check).toThrow(UsageError);
    expect(check).toThrow(message);
  });
});
