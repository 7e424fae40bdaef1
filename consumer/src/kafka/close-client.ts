import type { Base, Consumer } from "@platformatic/kafka";
import { sleep } from "../backoff";

const GRACE_MS = 5_000;

/**
 * Closes a client, within a time: if it does not, its connections are cut, which ends what it waits for.
 *
 * @param member the client is a member of a group, and leaves it
 * @returns whether it is closed
 */
export async function closeClient(client: Base | Consumer, member = false): Promise<boolean> {
  const done = new AbortController();
  try {
    return await closeWithin(client, member, () => sleep(GRACE_MS, done.signal).then(() => undefined));
  } finally {
    // A wait that is over would keep a process alive that has nothing left to do.
    done.abort();
  }
}

async function closeWithin(client: Base | Consumer, member: boolean, soon: () => Promise<undefined>): Promise<boolean> {
  const closing = (member ? (client as Consumer).close(true) : client.close()).then(
    () => true,
    () => false,
  );
  const closed = await Promise.race([closing, soon()]);
  if (closed === true) return true;
  for (const [, connection] of client.connections) connection.socket?.destroy();
  if (closed === undefined) return (await Promise.race([closing, soon()])) === true;
  // It refused; with its connections gone there is nothing left that it could fail at.
  const again = client.close().then(
    () => true,
    () => false,
  );
  return (await Promise.race([again, soon()])) === true;
}
