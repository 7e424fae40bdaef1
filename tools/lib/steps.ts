import { Listr, type ListrTask, PRESET_TIMER } from "listr2";
import { inertText } from "./inert";

/** What a step calls to show that it is alive. What is `important` is shown even in a log that shows few of its lines. */
export type Say = (line: string, important?: boolean) => void;

export interface Step {
  readonly title: string;
  readonly run: (say: Say) => Promise<void | ListrTask[]>;
}

/**
 * Runs steps one after another: a live list in a terminal, plain lines in a log, each with its time. A step that is
 * silent for long is shown to be alive.
 */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const tasks: ListrTask[] = steps.map(({ title, run }) => ({
    title,
    task: async (_, task) => {
      const started = Date.now();
      let last = Date.now();
      let latest = "";
      const say: Say = (said, important = false) => {
        const line = inertText(said);
        latest = line;
        // Progress can come in thousands of lines; a log needs one now and then.
        if (process.stdout.isTTY || Date.now() - last > QUIET_MS || important) {
          last = Date.now();
          task.output = line;
        }
      };
      const alive = setInterval(() => {
        if (Date.now() - last < QUIET_MS) return;
        last = Date.now();
        task.output = `after ${Math.round((Date.now() - started) / 1000)} s${latest && ": "}${latest}`;
      }, 1000);
      try {
        const subtasks = await run(say);
        if (subtasks) return task.newListr(subtasks, { concurrent: true, exitOnError: true });
      } catch (error) {
        // It is printed here as well as at the end, and may quote a server or a pod.
        if (error instanceof Error) error.message = inertText(error.message);
        throw error;
      } finally {
        clearInterval(alive);
      }
    },
  }));
  await new Listr(tasks, {
    concurrent: false,
    // Its own listener ends the process before what runs can clean up.
    registerSignalListeners: false,
    fallbackRenderer: "verbose",
    rendererOptions: { timer: PRESET_TIMER, collapseSubtasks: false },
    fallbackRendererOptions: { timer: PRESET_TIMER, logTitleChange: true },
  }).run();
}

/** Announced even in a log: what is about to be installed, removed or chosen. */
export function announce(say: Say): Say {
  return (line) => say(line, true);
}

const QUIET_MS = 20_000;
