import { withLock } from "./lock";
import { runSteps, type Say } from "./steps";

/** One at a time: cdktf.out and the states of this checkout are shared. */
export function exclusively(title: string, run: (say: Say) => Promise<void>): Promise<void> {
  return withLock("up", () => runSteps([{ title, run }]));
}
