import { onWake } from '../../src/transports/wake.js';

describe('onWake', () => {
  afterEach(() => Object.assign(globalThis, { addEventListener: undefined, removeEventListener: undefined }));

  it.each(['online', 'offline', 'pageshow', 'visibilitychange'])('hears %s, until it is ended', (sign) => {
    const page = new EventTarget();
    Object.assign(globalThis, {
      addEventListener: page.addEventListener.bind(page),
      removeEventListener: page.removeEventListener.bind(page),
    });
    let woken = 0;
    const end = onWake(() => {
      woken += 1;
    });
    page.dispatchEvent(new Event(sign));
    end();
    page.dispatchEvent(new Event(sign));
    expect(woken).toBe(1);
  });

  it('hears nothing where there is no page', () => {
    expect(() => onWake(() => {})()).not.toThrow();
  });
});
