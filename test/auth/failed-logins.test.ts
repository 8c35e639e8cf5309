import { FailedLogins, originOf } from '../../src/auth/failed-logins.js';
import { turns } from '../support/record.js';

const HERE = '192.0.2.7:1';
const THERE = '192.0.2.8:1';
const right = async () => true;
const wrong = async () => false;

function three(addresses = 100, loopback = false) {
  const clock = { now: 5_000 };
  const forgotten: number[] = [];
  const logins = new FailedLogins(
    { attempts: 3, within: 1_000, addresses, loopback },
    {
      now: () => clock.now,
      patience: 200,
      onForgotten: () => forgotten.push(clock.now),
    },
  );
  return { clock, logins, forgotten };
}

describe('originOf', () => {
  test.each<[string, string | undefined]>([
    ['192.0.2.7:50123', '192.0.2.7'],
    ['[::1]:50123', '0:0:0:0::/64'],
    ['[2001:db8::7]:1', '2001:db8:0:0::/64'],
    ['[2001:DB8:0000:0001:aaaa:bbbb:cccc:dddd]:1', '2001:db8:0:1::/64'],
    ['[2001:db8:0:1::]:1', '2001:db8:0:1::/64'],
    ['[2001::1:2:3:4:5:6]:1', '2001:0:1:2::/64'],
    ['[1:2:3::4.5.6.7]:1', '1:2:3:0::/64'],
    ['[fe80::1%eth0]:1', 'fe80:0:0:0::/64'],
    ['unix:/run/router.sock', undefined],
    ['linked:router', undefined],
    ['unknown:0', undefined],
    ['', undefined],
  ])('of %s is %s', (address, origin) => {
    expect(originOf(address)).toBe(origin);
  });
});

describe('FailedLogins', () => {
  it.each(['127.0.0.1:5', '127.8.9.1:5', '[::1]:5'])('counts those of %s only where it is told to', async (address) => {
    for (const loopback of [false, true]) {
      const { logins } = three(100, loopback);
      for (let at = 0; at < 3; at += 1) await logins.verify(address, wrong);
      expect(await logins.verify(address, right)).toBe(loopback ? 'unheard' : true);
      expect(logins.size).toBe(loopback ? 1 : 0);
    }
  });

  it('hears nobody after so many failures, until the first of them is old enough', async () => {
    const { clock, logins } = three();
    for (const at of [5_000, 5_100, 5_200]) {
      clock.now = at;
      expect(logins.wait(HERE)).toBe(0);
      expect(await logins.verify(HERE, wrong)).toBe(false);
    }
    let asked = 0;
    const counting = async () => {
      asked += 1;
      return true;
    };
    expect([logins.wait(HERE), await logins.verify(HERE, counting), asked]).toEqual([800, 'unheard', 0]);
    clock.now = 5_999;
    expect([logins.wait(HERE), await logins.verify(HERE, counting), asked]).toEqual([1, 'unheard', 0]);
    clock.now = 6_000;
    expect([logins.wait(HERE), await logins.verify(HERE, wrong)]).toEqual([0, false]);
    expect([logins.wait(HERE), await logins.verify(HERE, counting), asked]).toEqual([100, 'unheard', 0]);
  });

  it('counts by address, whatever the port, and by network of IPv6', () => {
    const { logins } = three();
    for (const port of [1, 2, 3]) {
      logins.failed(`192.0.2.7:${port}`);
      logins.failed(`[2001:db8::${port}]:1`);
    }
    expect([HERE, '[2001:db8::99]:7'].map((address) => logins.wait(address))).toEqual([1_000, 1_000]);
    expect([THERE, '[2001:db8:0:1::1]:1'].map((address) => logins.wait(address))).toEqual([0, 0]);
  });

  it.each(['unix:/run/router.sock', 'linked:router'])('never keeps %s from being heard', async (address) => {
    const { logins } = three();
    for (let at = 0; at < 10; at += 1) {
      logins.failed(address);
      expect(await logins.verify(address, wrong)).toBe(false);
    }
    expect([logins.wait(address), await logins.verify(address, right), logins.size]).toEqual([0, true, 0]);
  });

  it('neither counts nor forgives for what succeeds or throws', async () => {
    const { logins } = three();
    for (const verify of [wrong, wrong]) expect(await logins.verify(HERE, verify)).toBe(false);
    for (const verify of [right, right, right, right]) expect(await logins.verify(HERE, verify)).toBe(true);
    const broken = () => Promise.reject(new Error('no database'));
    await expect(logins.verify(HERE, broken)).rejects.toThrow('no database');
    expect(await logins.verify(HERE, wrong)).toBe(false);
    expect(await logins.verify(HERE, right)).toBe('unheard');
  });

  it('never finds more wrong than may be, however many come at once', async () => {
    const { logins } = three();
    let asked = 0;
    const counting = async () => {
      asked += 1;
      await turns(1);
      return false;
    };
    const all = await Promise.all(Array.from({ length: 50 }, () => logins.verify(HERE, counting)));
    expect([asked, all.filter((each) => each === false).length]).toEqual([3, 3]);
    expect(all.filter((each) => each === 'unheard')).toHaveLength(47);
  });

  it('lets in all who are right, however many come at once', async () => {
    const { logins } = three();
    const slow = async () => {
      await turns(1);
      return true;
    };
    expect(await Promise.all(Array.from({ length: 50 }, () => logins.verify(HERE, slow)))).toEqual(
      Array(50).fill(true),
    );
    expect(logins.size).toBe(0);
  });

  it('goes on after one that is never decided', async () => {
    const { clock, logins } = three();
    for (let at = 0; at < 3; at += 1) void logins.verify(HERE, () => new Promise(() => {}));
    const waiting = logins.verify(HERE, right);
    clock.now += 200;
    expect(await logins.verify(HERE, right)).toBe(true);
    expect(await waiting).toBe(true);
  });

  it('remembers so many addresses and no more: the one goes whose last failure is the oldest', () => {
    const { clock, logins, forgotten } = three(2);
    logins.failed(HERE);
    logins.failed(THERE);
    logins.failed(HERE);
    logins.failed('192.0.2.9:1');
    expect([logins.size, forgotten]).toEqual([2, [clock.now]]);
    logins.failed(HERE);
    expect(logins.wait(HERE)).toBe(1_000);
    // Of its three this one's first is forgotten.
    for (const address of [THERE, THERE]) logins.failed(address);
    expect(logins.wait(THERE)).toBe(0);
  });

  it('forgets an address whose failures are old when it is heard again', () => {
    const { clock, logins } = three();
    logins.failed(HERE);
    clock.now += 1_000;
    expect([logins.wait(HERE), logins.size]).toEqual([0, 0]);
  });
});
