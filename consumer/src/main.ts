import { parseArgs } from "node:util";
import { z } from "zod";
import { parseConsumerSettings } from "../../contract/consumer-settings";
import { parseContentSettings } from "../../contract/content-settings";
import { parseCredentialsSettings } from "../../contract/credentials-settings";
import { parseDeadLettersSettings } from "../../contract/dead-letters-settings";
import { parseSettings, positive, SettingsError } from "../../contract/settings";
import { parseShipperMetricsSettings } from "../../contract/shipper-metrics-settings";
import { parseTopicsSettings } from "../../contract/topics";
import { parseWriteAccessSettings } from "../../contract/write-access-settings";
import { createLineWriter } from "./line-writer";
import { choiceOf, limitOf, timeOf } from "./dead-letters/flags";
import { createLog, describeError, type Log } from "./log";

const USAGE = `usage: node main.js <command>
  run                                   index log lines from Kafka in Elasticsearch
  topics apply                          create and configure Kafka's topics
  kafka wait-writable                   wait until a user may write to a topic; it writes nothing
  shipper-metrics                       serve metrics of the Filebeat beside it and of the files that it ships
  content apply [--dry-run] [--json]    put what Elasticsearch and Kibana must know, and print what was changed;
                                        ends with 3 for what would take something away from people
  credentials apply                     make the Secrets that are missing, in a pod's own namespace
  dead-letters list [--all] [--limit n] [--no-value]
                                        print the dead letters, one JSON object a line; with --all those that were
                                        replayed, too
  dead-letters replay [--yes]           send them to Elasticsearch again; without --yes, only look
    which: --since t, --until t, --reason r and --service s (both repeatable), --at <partition>/<offset>
  healthcheck [--live]                  whether the consumer in this container is ready (or alive)
Settings are environment variables; a command without those it needs names them.
`;

const env = process.env;

/** Commands load what they need: the health check runs every few seconds and must not cost what the consumer costs. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      limit: { type: "string" },
      since: { type: "string" },
      until: { type: "string" },
      reason: { type: "string", multiple: true },
      service: { type: "string", multiple: true },
      at: { type: "string" },
      all: { type: "boolean" },
      "no-value": { type: "boolean" },
      yes: { type: "boolean" },
      live: { type: "boolean" },
      "dry-run": { type: "boolean" },
      json: { type: "boolean" },
    },
  });
  switch (positionals.join(" ")) {
    case "run":
      return runConsumer();
    case "topics apply": {
      const settings = parseTopicsSettings(env);
      const { applyTopics } = await import("./commands/topics-apply");
      await applyTopics(settings, createLog(settings.LOG_LEVEL));
      return 0;
    }
    case "kafka wait-writable": {
      const settings = parseWriteAccessSettings(env);
      endAtOnce();
      const { waitUntilWritable } = await import("./commands/kafka-wait");
      const { askTopicMetadata: ask } = await import("./kafka/topic-metadata");
      await waitUntilWritable(settings, createLog(settings.LOG_LEVEL), { ask });
      return 0;
    }
    case "shipper-metrics": {
      const settings = parseShipperMetricsSettings(env);
      endAtOnce();
      const { serveShipperMetrics } = await import("./commands/shipper-metrics");
      return serveShipperMetrics(settings, createLog(settings.LOG_LEVEL));
    }
    case "content apply": {
      const settings = parseContentSettings(env);
      const { runContentApply } = await import("./commands/content-apply");
      const write = (text: string) => void process.stdout.write(`${text}\n`);
      const command = { dryRun: values["dry-run"] ?? false, json: values.json ?? false, write };
      return runContentApply(settings, command, createLog(settings.LOG_LEVEL, true));
    }
    case "credentials apply": {
      const settings = parseCredentialsSettings(env);
      const { applyCredentials } = await import("./commands/credentials-apply");
      await applyCredentials(settings, createLog(settings.LOG_LEVEL));
      return 0;
    }
    case "dead-letters list": {
      const settings = parseDeadLettersSettings(env);
      const { limit, since, all, "no-value": noValue } = values;
      const chosen = { since: timeOf("since", since), choice: { ...choiceOf(values), replayed: all ?? false } };
      const options = { ...chosen, limit: limitOf(limit), values: !noValue, write: createLineWriter(process.stdout) };
      const { listDeadLetters } = await import("./commands/dead-letters");
      await listDeadLetters(settings, options);
      return 0;
    }
    case "dead-letters replay": {
      const settings = parseConsumerSettings(env);
      const options = { since: timeOf("since", values.since), choice: choiceOf(values), dryRun: !values.yes };
      const { replayDeadLetters } = await import("./commands/dead-letters");
      await replayDeadLetters(
        settings,
        { ...options, write: createLineWriter(process.stdout) },
        createLog(settings.LOG_LEVEL, true),
      );
      return 0;
    }
    case "healthcheck": {
      const settings = parseSettings(
        "the health check's",
        z.object({ HTTP_PORT: positive.max(65_535).default(9464) }),
        env,
      );
      const { isHealthy } = await import("./commands/healthcheck");
      return (await isHealthy(settings.HTTP_PORT, values.live ? "/livez" : "/readyz")) ? 0 : 1;
    }
    default:
      process.stderr.write(USAGE);
      return 2;
  }
}

/** Process 1 of a container ignores signals that it does not handle; these commands have nothing to finish. */
function endAtOnce(): void {
  for (const [signal, number] of [
    ["SIGTERM", 15],
    ["SIGINT", 2],
  ] as const)
    process.on(signal, () => process.exit(128 + number));
}

async function runConsumer(): Promise<number> {
  const settings = parseConsumerSettings(env);
  const log = createLog(settings.LOG_LEVEL);
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => beginDrain(signal, stop, settings.DRAIN_DEADLINE_MS, log));
  // A failure that nobody awaits is a fault of the program: whatever state it left, a new process is better.
  process.on("unhandledRejection", (error) => {
    log.fatal(
      { error: describeError(error), stack: error instanceof Error ? error.stack : undefined },
      "unhandled failure",
    );
    process.exit(1);
  });
  const { run } = await import("./commands/run");
  try {
    return await run(settings, log, stop.signal);
  } catch (error) {
    log.fatal({ error: describeError(error) }, "the consumer failed");
    return 1;
  }
}

function beginDrain(signal: string, stop: AbortController, deadlineMs: number, log: Log): void {
  if (stop.signal.aborted) return;
  log.info({ signal, deadlineMs }, "stopping: delivering what was read");
  setTimeout(() => {
    log.error("not everything that was read could be delivered in time; it will be read again");
    process.exit(1);
  }, deadlineMs).unref();
  stop.abort();
}

main(process.argv.slice(2)).then(
  // A pipe is written to behind the program's back, and the end would cut off what is still on its way.
  (code) => process.stdout.write("", () => process.exit(code)),
  (error: unknown) => {
    // What the user can mend is said plainly; a stack would only hide it.
    process.stderr.write(`${error instanceof SettingsError ? error.message : describeError(error)}\n`);
    process.exit(error instanceof SettingsError ? 2 : 1);
  },
);
