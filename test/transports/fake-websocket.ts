/** A platform's WebSocket whose network is the test. */
export class FakeWebSocket {
  static last: FakeWebSocket | undefined;
  readonly sent: unknown[] = [];
  readonly closed: unknown[][] = [];
  binaryType = 'blob';
  protocol = '';
  readyState = 0;
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  readonly url: string;
  readonly offered: readonly string[];

  constructor(url: string, offered: readonly string[]) {
    this.url = url;
    this.offered = offered;
    FakeWebSocket.last = this;
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(...args: unknown[]): void {
    this.readyState = 2;
    this.closed.push(args);
  }

  /** The router accepts. */
  open(protocol = this.offered[0] ?? ''): void {
    this.protocol = protocol;
    this.readyState = 1;
    this.onopen?.();
  }

  say(data: unknown): void {
    this.onmessage?.({ data });
  }

  end(code = 1006, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

/** Has the platform use it, until the test is over. */
export function useFakeWebSocket(): void {
  const real = globalThis.WebSocket;
  beforeEach(() => {
    globalThis.WebSocket = FakeWebSocket as unknown as typeof WebSocket;
    FakeWebSocket.last = undefined;
  });
  afterEach(() => {
    globalThis.WebSocket = real;
  });
}

export function lastSocket(): FakeWebSocket {
  if (FakeWebSocket.last === undefined) throw new Error('nobody has connected');
  return FakeWebSocket.last;
}
