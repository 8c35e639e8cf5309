import { ConnectionLost, cbor, msgpack, SessionAborted } from '../../src/index.js';
import { COURTEOUS, OffScript, ScriptedRouter, ScriptedTransport, testBed } from '../../src/testing/index.js';
import { failure } from '../support/house.js';

describe('a scripted router', () => {
  it('answers message by message', async () => {
    const bed = await testBed();
    const router = bed.script({
      CALL: ({ request, args = [] }) =>
        args[0] === 'parts'
          ? [{ type: 'RESULT', request, details: { progress: true }, args: [1] }, [50, request, {}, [2]]]
          : { type: 'ERROR', requestType: 48, request, details: {}, error: 'com.example.busy' },
    });
    const me = await bed.connect({ register: { 'com.example.mine': () => 1 } }, router);
    expect(me.declared).toMatchObject([{ uri: 'com.example.mine', active: true }]);
    const parts: unknown[] = [];
    const { args } = await me.call('com.example.any', ['parts'], { onProgress: (part) => parts.push(part.args[0]) });
    expect([parts, args]).toEqual([[1], [2]]);
    expect(await failure(me.call('com.example.any'))).toMatchObject({ uri: 'com.example.busy' });
    expect(bed.transcript(me.name)).toContain('← ERROR 3 com.example.busy');
    await bed.stop();
    expect(bed.left()).toEqual([]);
  });

  it.each([msgpack(), cbor()])('speaks what the peer wants: $subprotocol', async (serializer) => {
    const bed = await testBed();
    const me = await bed.connect({ serializers: [serializer] }, bed.script());
    expect(await me.publish('com.example.news', [], { acknowledge: true })).toBe(101);
    await bed.stop();
  });

  it('hears one message after the other, and says which was not in the script', async () => {
    const bed = await testBed();
    const router = bed.script();
    const me = await bed.connect({}, router);
    expect(await router.hear('HELLO')).toMatchObject({ realm: 'realm1' });
    const heard = router.hear('CALL');
    me.emit('com.example.news', ['x']);
    const error = await failure(heard);
    expect(error).toBeInstanceOf(OffScript);
    expect(error.message).toMatch(/^the script expected CALL, the peer said PUBLISH: \[16,1,/);
    await bed.stop();
  });

  it('says at any time what it likes', async () => {
    const bed = await testBed();
    const router = bed.script();
    const me = await bed.connect({}, router);
    const exit = new Promise<{ reason: unknown }>((resolve) => me.on('exited', resolve));
    router.tell({ type: 'ABORT', details: {}, reason: 'wamp.error.unavailable' });
    expect((await exit).reason).toBeInstanceOf(SessionAborted);
    await bed.stop();
  });

  it('loses its peer when the script throws, with what it threw', async () => {
    const bed = await testBed();
    const router = bed.script({
      CALL: () => {
        throw new Error('a hole in the script');
      },
    });
    const me = await bed.connect({}, router);
    const error = await failure(me.call('com.example.any'));
    expect(error).toBeInstanceOf(ConnectionLost);
    expect(error.message).toContain('a hole in the script');
    await bed.stop();
  });

  it('says nothing of its own accord', async () => {
    const bed = await testBed();
    const router = new ScriptedRouter();
    const { peers } = bed.peers({ me: { url: router, handshakeTimeout: 700 } });
    const exit = await bed.nextExit('me');
    expect(exit.at).toBe(700);
    expect(peers.me.status).toBe('down');
    expect(router.sent.map(([code]) => code)).toEqual([1, 3]);
    router.script = COURTEOUS;
    await bed.joined(peers.me);
    await bed.stop();
  });
});

describe('ScriptedTransport', () => {
  it('keeps what arrives until somebody listens', () => {
    const transport = new ScriptedTransport();
    transport.receive([36, 1, 1, {}]);
    const frames: unknown[] = [];
    transport.listen({ frame: (frame) => frames.push(frame), closed: () => {} });
    expect(frames).toEqual(['[36,1,1,{}]']);
  });

  it('hears nothing after its end', () => {
    const transport = new ScriptedTransport();
    transport.send('[16,1,{},"com.example.a"]');
    transport.close();
    transport.send('[16,2,{},"com.example.a"]');
    expect([transport.state, transport.sent.length]).toEqual(['closed', 1]);
  });
});
