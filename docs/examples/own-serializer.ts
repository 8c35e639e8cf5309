/**
 * A serializer of your own: JSON with a signature behind it. Whoever has the key reads it; a frame that somebody has changed ends the
 * session. Both sides bring it, and it has a name, and a number for RawSockets, that they have agreed on.
 *
 * Run it where respell is installed: `node own-serializer.ts` (Node 22 or newer), or with any TypeScript runner.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { connect, type Frame, json, ProtocolError, router, type Serializer } from 'respell';

const SIGNATURE = 32;

function signedJson(key: string): Serializer {
  const inner = json();
  const sign = (octets: Uint8Array) => createHmac('sha256', key).update(octets).digest();
  return {
    subprotocol: 'wamp.2.json-signed',
    rawSocketId: 12,
    // What `inner` throws has the path of the value that cannot be sent: it is passed on as it is.
    encode(message) {
      const octets = Buffer.from(inner.encode(message) as string);
      return Buffer.concat([octets, sign(octets)]);
    },
    decode(frame: Frame) {
      const all = Buffer.from(frame as Uint8Array); // all but wamp.2.json is binary
      if (all.length < SIGNATURE) throw new ProtocolError(`expected a signature, received ${all.length} octets`);
      const octets = all.subarray(0, -SIGNATURE);
      if (!timingSafeEqual(sign(octets), all.subarray(-SIGNATURE))) throw new ProtocolError('the signature is wrong');
      return inner.decode(octets.toString());
    },
  };
}

async function main() {
  const local = await router({ realm: 'realm1', port: 0, serializers: [signedJson('the key'), json()] });
  const [webSocket = '', rawSocket = ''] = local.urls;

  const callee = await connect(webSocket, { realm: 'realm1', serializers: [signedJson('the key')] });
  await callee.register('com.example.add', ({ args: [a, b] }) => Number(a) + Number(b));
  const caller = await connect(rawSocket, { realm: 'realm1', serializers: [signedJson('the key')] });
  console.log('2 + 3 =', (await caller.call('com.example.add', [2, 3])).args[0]);

  try {
    await connect(webSocket, { realm: 'realm1', serializers: [signedJson('another key')] });
  } catch (error) {
    if (error instanceof Error) console.log(error.name, error.message);
  }

  await Promise.all([callee.leave(), caller.leave()]);
  await local.stop();
}
void main();

// It prints:
//   2 + 3 = 5
//   ProtocolError the signature is wrong
