/** Portage's status socket: the stream says when emerge is done with it, a new connection says what is true now. */
import { connect, type Socket } from 'node:net';
import { parseStatusSnapshot, type StatusSnapshot } from '../../../portage/files/status-snapshot.ts';
import { debug } from '../../../system/log.ts';

/** Far more than a snapshot of hundreds of jobs; a peer that sends more is not Portage. */
const lineLimit = 4 * 1024 * 1024;

interface Listener {
  snapshot(value: StatusSnapshot): void;
  closed(): void;
}

function open(path: string, pid: number, listener: Listener, once: boolean): Socket {
  const socket = connect(path);
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (data: string) => {
    text += data;
    if (text.length > lineLimit) {
      debug('socket', `${path}: a line without end, not Portage`);
      socket.destroy();
      return;
    }
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const value = parseStatusSnapshot(line);
      if (value === undefined) debug('socket', () => `no snapshot: ${line.slice(0, 120)}`);
      else if (value.pid !== pid) debug('socket', `a snapshot of process ${value.pid}, not of ${pid}`);
      else listener.snapshot(value);
      if (once) socket.destroy();
    }
  });
  socket.on('error', error => debug('socket', error.message));
  socket.on('close', () => listener.closed());
  return socket;
}

export interface StatusSocket {
  /** Asks for what is true now; a question that is under way is not asked again. */
  ask(): void;
  close(): void;
}

/** Follows the socket of process `pid`. `ended` is called once, when the stream closes. */
export function followStatusSocket(
  path: string,
  pid: number,
  listener: { snapshot(value: StatusSnapshot): void; ended(): void },
): StatusSocket {
  let asking: Socket | undefined;
  const stream = open(path, pid, { snapshot: listener.snapshot, closed: listener.ended }, false);
  return {
    ask() {
      asking ??= open(
        path,
        pid,
        {
          snapshot: listener.snapshot,
          closed() {
            asking = undefined;
          },
        },
        true,
      );
    },
    close() {
      stream.removeAllListeners('close');
      stream.destroy();
      asking?.destroy();
    },
  };
}
