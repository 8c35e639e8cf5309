import { Publication } from '../../src/roles/publisher.js';
import type { Request } from '../../src/roles/request.js';
import { recorded } from './recorded.js';

describe('Publisher', () => {
  it('is fulfilled with the publication once the broker has acknowledged it', async () => {
    const { roles, sent, receive } = recorded();
    const publication = new Publication('com.example.news', ['hello'], { loud: true }, { acknowledge: true });
    roles.requests.send(publication as Request);
    expect(sent).toEqual([[16, 1, { acknowledge: true }, 'com.example.news', ['hello'], { loud: true }]]);
    expect(publication.settled).toBe(false);
    receive([17, 1, 4711]);
    expect(await publication.promise).toBe(4711);
  });

  it('leaves an empty payload out', () => {
    const { roles, sent } = recorded();
    roles.requests.send(new Publication('com.example.news', [], {}, {}) as Request);
    expect(sent).toEqual([[16, 1, {}, 'com.example.news']]);
  });

  it('counts the ERROR of a publication that wanted no answer', () => {
    const { roles, receive } = recorded();
    roles.requests.send(new Publication('com.example.news', [], {}, {}) as Request);
    receive([8, 16, 1, {}, 'wamp.error.not_authorized']);
    expect(roles.late).toBe(1);
  });
});
