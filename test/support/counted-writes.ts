import { Socket } from 'node:net';

/** How often each end of the connections in this process handed octets to the system: a corked tick does it once. */
export interface CountedWrites {
  /** Of sockets that listen at `port`, or were accepted there. */
  from(port: number): number;
  /** Of sockets that have connected to `port`. */
  to(port: number): number;
  reset(): void;
  restore(): void;
}

type Write = (this: Socket, ...args: never[]) => void;

/** Counts beneath the stream's buffer, where a write is a call of the system. */
export function countWrites(): CountedWrites {
  const prototype = Socket.prototype as unknown as { _write: Write; _writev: Write };
  const { _write, _writev } = prototype;
  const writes: { local: number | undefined; remote: number | undefined }[] = [];
  const counting = (write: Write): Write =>
    function (...args) {
      writes.push({ local: this.localPort, remote: this.remotePort });
      return write.apply(this, args);
    };
  prototype._write = counting(_write);
  prototype._writev = counting(_writev);
  return {
    from: (port) => writes.filter(({ local }) => local === port).length,
    to: (port) => writes.filter(({ remote }) => remote === port).length,
    reset: () => writes.splice(0),
    restore: () => Object.assign(prototype, { _write, _writev }),
  };
}
