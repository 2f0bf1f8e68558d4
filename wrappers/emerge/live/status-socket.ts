/** Portage's status socket: the stream says when emerge is done with it, a new connection says what is true now. */
import { connect, type Socket } from 'node:net';
import { parseStatusSnapshot, type StatusSnapshot } from '../../../portage/files/status-snapshot.ts';
import { coalesced } from '../../../system/follow.ts';
import { debug } from '../../../system/log.ts';
import { questionPace, startPace } from './pace.ts';

/** Far more than a snapshot of hundreds of jobs; a peer that sends more is not Portage. */
const lineLimit = 4 * 1024 * 1024;
/** Lines of another kind are meant to be ignored, but a peer that sends nothing else is not Portage. */
const patience = 20;

interface Listener {
  snapshot(value: StatusSnapshot): void;
  closed(why: string | undefined): void;
}

function open(path: string, pid: number, listener: Listener, once: boolean): Socket {
  const socket = connect(path);
  let text = '';
  let strange = 0;
  let why: string | undefined;
  function leave(reason: string): void {
    why = reason;
    socket.destroy();
  }
  socket.setEncoding('utf8');
  socket.on('data', (data: string) => {
    const lines = data.split('\n');
    lines[0] = text + lines[0];
    text = lines.pop() ?? '';
    if (text.length > lineLimit) return leave('a line without end');
    for (const line of lines) {
      if (socket.destroyed) return;
      const value = parseStatusSnapshot(line);
      if (value?.pid === pid) {
        strange = 0;
        listener.snapshot(value);
        if (once) socket.destroy();
        continue;
      }
      strange += 1;
      const what = value
        ? `a snapshot of process ${value.pid}, not of ${pid}`
        : `no snapshot: ${line.slice(0, 120)}`;
      if (strange === 1) debug('socket', what);
      if (strange === patience) leave(what);
    }
  });
  socket.on('error', error => {
    why ??= error.message;
  });
  socket.on('close', () => listener.closed(why));
  return socket;
}

export interface StatusSocket {
  /** Asks for what is true now, soon; a question that is under way is not asked again. */
  ask(): void;
  close(): void;
}

/**
 * Follows the socket of process `pid`. `ended` is called once, when the stream closes: whether it ever told anything of
 * this process, and why it closed where that was not the peer's wish.
 */
export function followStatusSocket(
  path: string,
  pid: number,
  listener: { snapshot(value: StatusSnapshot): void; ended(heard: boolean, why: string | undefined): void },
): StatusSocket {
  let asking: Socket | undefined;
  let heard = false;
  function snapshot(value: StatusSnapshot): void {
    heard = true;
    listener.snapshot(value);
  }
  const stream = open(
    path,
    pid,
    { snapshot, closed: why => listener.ended(heard && why === undefined, why) },
    false,
  );
  const pace = startPace(questionPace);
  const ask = coalesced(
    () => {
      // whoever has said nothing yet will not say it sooner when asked twice
      if (!heard || stream.destroyed) return;
      // a connection, a snapshot and its reading
      pace.spent(1, performance.now());
      asking ??= open(
        path,
        pid,
        {
          snapshot,
          closed() {
            asking = undefined;
          },
        },
        true,
      );
    },
    () => pace.wait(performance.now()),
  );
  return {
    ask,
    close() {
      stream.removeAllListeners('close');
      stream.destroy();
      asking?.destroy();
    },
  };
}
