import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DeadLetter, ReplayOutput } from "../../../contract/dead-letter";
import { local } from "../../../environments/local";
import { listDeadLetters, replayDeadLetters, showDeadLetter } from "../../../tools/commands/dead-letters";
import { UserError } from "../../../tools/lib/user-error";
import { type Programs, programs } from "../../support/programs";

let own: Programs;
let printed: string[];
let told: string[];

beforeEach(() => {
  own = programs();
  printed = [];
  told = [];
  jest.spyOn(console, "log").mockImplementation((text: string) => void printed.push(text));
  jest.spyOn(console, "error").mockImplementation((text: string) => void told.push(text));
});

afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = undefined;
  own.remove();
});

/** The program in the consumer's container answers so: its first argument chooses. */
function answers(output: { list?: readonly DeadLetter[]; replay?: readonly ReplayOutput[]; failure?: string }): void {
  const file = (name: string, lines: readonly object[] = []) => {
    writeFileSync(join(own.directory, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  };
  file("list", output.list);
  file("replay", output.replay);
  const { directory } = own;
  own.add(
    "docker",
    [
      'if [ "$1" = inspect ]; then echo true; exit 0; fi',
      `echo "$*" >> ${directory}/asked`,
      output.failure === undefined ? "" : `echo '{"level":"warn"}' >&2; echo '${output.failure}' >&2; exit 1`,
      'while [ "$1" != dead-letters ]; do shift; done',
      `cat ${directory}/$2`,
    ].join("\n"),
  );
}

/** What the program was asked, without how it is reached. */
function asked(): string[] {
  const path = join(own.directory, "asked");
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").trim().split("\n");
  for (const line of lines)
    expect(line).toMatch(/^exec log-pipeline-local-consumer node .*\/app\/main\.js dead-letters /);
  return lines.map((line) => line.slice(line.indexOf(" dead-letters ") + " dead-letters ".length));
}

function letter(offset: number, more: Partial<DeadLetter> = {}): DeadLetter {
  return {
    reason: "document-rejected",
    detail: "status 400; no long",
    time: `2026-01-31T10:00:${String(offset).padStart(2, "0")}.000Z`,
    source: { topic: "app-logs", partition: 3, offset: String(offset), timestamp: 1_769_853_600_000 },
    service: "orders",
    ...more,
  };
}

const NOTHING = { all: false, json: false };
const sum = (dryRun: boolean, indexed: number, refused: number): ReplayOutput => ({
  kind: "sum",
  dryRun,
  indexed,
  refused,
});
const refusal = (offset: number, detail: string): ReplayOutput => ({
  kind: "refused",
  refused: { source: { partition: 3, offset: String(offset) }, reason: "document-rejected", detail },
});
/** A row of a table, as its cells. */
const rows = (text: string) =>
  text.split("\n").filter((line) => line.startsWith("│")).map((line) => line.split("│").slice(1, -1).map((cell) => cell.trim())); // prettier-ignore

describe("list", () => {
  test("sums the reasons up, and has the newest, without their messages", async () => {
    const invalid = { reason: "envelope-invalid", detail: "the message has no value" } as const;
    const { service: _, ...serviceless } = letter(2, invalid);
    answers({ list: [letter(1), letter(3, { service: "payments" }), serviceless] });
    await listDeadLetters(local, { ...NOTHING, limit: 2 });
    expect(asked()).toEqual(["list --no-value"]);
    expect(rows(printed.join("\n"))).toEqual([
      ["reason", "letters", "services", "first", "last"],
      ["document-rejected", "2", "orders, payments", "2026-01-31T10:00:01.000Z", "2026-01-31T10:00:03.000Z"],
      ["envelope-invalid", "1", "-", "2026-01-31T10:00:02.000Z", "2026-01-31T10:00:02.000Z"],
      ["given up", "place", "service", "reason", "what was said"],
      ["2026-01-31T10:00:03.000Z", "3/3", "payments", "document-rejected", "status 400; no long"],
      ["2026-01-31T10:00:02.000Z", "3/2", "-", "envelope-invalid", "the message has no value"],
    ]);
    expect(printed.join("\n")).toContain("The newest 2 of 3:");
  });

  test("of very many takes no more time for each", async () => {
    answers({ list: Array.from({ length: 100_000 }, (_, n) => letter(n)) });
    await listDeadLetters(local, NOTHING);
    expect(printed.join("\n")).toContain("The newest 10 of 100000:");
  }, 30_000); // prettier-ignore

  test("asks for what was chosen", async () => {
    answers({ list: [letter(1, { replayed: "2026-01-31T11:00:00.000Z" })] });
    const choice = {
      since: "2026-01-31T10:00:00Z",
      until: "2026-02-01",
      reason: ["document-rejected"],
      service: ["a b"],
    };
    await listDeadLetters(local, { ...choice, all: true, json: false });
    expect(asked()).toEqual([
      "list --since 2026-01-31T10:00:00.000Z --until 2026-02-01T00:00:00.000Z --reason document-rejected --service a b --all --no-value",
    ]);
    expect(rows(printed.join("\n")).at(-1)).toContain("document-rejected, replayed");
  });

  test("prints NDJSON, with messages, in which nothing steers a terminal", async () => {
    const output = jest.spyOn(process.stdout, "write").mockImplementation((text, ...more) => {
      printed.push(String(text));
      (more.at(-1) as unknown as () => void)();
      return true;
    });
    const letters = [letter(1, { value: "\u001b]0;x\u0007\u009b2J\u2028\u202e" }), letter(2)];
    answers({ list: letters });
    await listDeadLetters(local, { all: false, json: true, limit: 3 });
    output.mockRestore();
    expect([asked(), told]).toEqual([["list --limit 3"], []]);
    expect(printed.map((line) => JSON.parse(line) as DeadLetter)).toEqual(letters);
    expect(printed.join("").replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
  });

  test("says that there are none, and of which", async () => {
    answers({});
    await listDeadLetters(local, NOTHING);
    await listDeadLetters(local, { ...NOTHING, all: true, service: ["orders"], since: "1h" });
    expect(told).toEqual([
      "environment 'local' has no dead letters that wait for a replay",
      "environment 'local' has no dead letters for --since 1h --service orders",
    ]);
    expect(printed).toEqual([]);
  });

  test("names every mistake before anything is asked", async () => {
    answers({});
    const wrong = { ...NOTHING, since: "soon", reason: ["bad"] };
    await expect(listDeadLetters(local, wrong)).rejects.toThrow(
      new UserError(
        [
          "- --since 'soon' is no time: write 90s, 15m, 2h or 7d before now, or a time such as 2026-01-31T10:00:00Z",
          "- --reason 'bad' is none: the reasons are envelope-invalid, document-rejected, document-too-large",
        ].join("\n"),
      ),
    );
    await expect(listDeadLetters(local, { ...NOTHING, since: "1h", until: "2h" })).rejects.toThrow(
      "--since (1h) must be before --until (2h): swap them",
    );
    expect(asked()).toEqual([]);
  });

  test("tells what the program said last when it fails", async () => {
    answers({ failure: "Kafka cannot be reached" });
    await expect(listDeadLetters(local, NOTHING)).rejects.toThrow(new UserError("Kafka cannot be reached"));
  });
});

describe("show", () => {
  test("has all of one, with its line and its message to be read", async () => {
    const value = JSON.stringify({ message: '{"level":"info","n":1}', log: { offset: 7 } });
    const line = { host: "node-1", file: "/var/log/myapp/orders.log", offset: 7 };
    answers({ list: [letter(17, { value, line })] });
    await showDeadLetter(local, "3/17");
    expect(asked()).toEqual(["list --at 3/17 --all --limit 1"]);
    const [text = ""] = printed;
    expect(text.split("\n").slice(0, 8)).toEqual([
      "reason         document-rejected",
      "what was said  status 400; no long",
      "given up       2026-01-31T10:00:17.000Z",
      "replayed       no",
      "message        topic app-logs, partition 3, offset 17",
      "sent           2026-01-31T10:00:00.000Z",
      "service        orders",
      "line           /var/log/myapp/orders.log of node-1, at byte 7",
    ]);
    expect(text).toContain('Its line:\n{\n  "level": "info",\n  "n": 1\n}\n\nThe message:\n{\n  "message"');
  });

  test.each([
    ["what is no JSON", "\u001b[2J\u009b gone\u202e\n", "\\u001b[2J\\u009b gone\\u202e\n"],
    ["a number that would be another one", '{"n":12345678901234567890}', '{"n":12345678901234567890}'],
  ])("prints %s as it is, and steers no terminal", async (_, value, shown) => {
    answers({ list: [letter(17, { value })] });
    await showDeadLetter(local, "3/17");
    expect(printed[0]).toContain(`The message:\n${shown}`);
  });

  test("of a place that has none says what has", async () => {
    answers({});
    await expect(showDeadLetter(local, "3/17")).rejects.toThrow(
      "environment 'local' has no dead letter of place 3/17: 'npm run dead-letters -- list --all' prints those that it has",
    );
    await expect(showDeadLetter(local, "17")).rejects.toThrow("'17' is no place of a message");
  });
});

describe("what a line or a program says", () => {
  const hostile = "\u001b]0;x\u0007\u009b2J\u202e\r";
  const shown = "\\u001b]0;x\\u0007\\u009b2J\\u202e";

  test.each<[string, () => Promise<void>]>([
    ["list", () => listDeadLetters(local, NOTHING)],
    ["show", () => showDeadLetter(local, "3/17")],
    ["replay", () => replayDeadLetters(local, { yes: false })],
  ])("steers no terminal in %s", async (_, command) => {
    const line = { host: hostile, file: hostile, offset: 0 };
    const other = { reason: hostile as DeadLetter["reason"], time: hostile, replayed: hostile };
    answers({
      list: [letter(17, { service: hostile, detail: hostile, value: hostile, line, ...other })],
      replay: [refusal(1, hostile), sum(true, 1, 1)],
    });
    await command();
    expect(printed.join("").replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(printed.join("")).toContain(shown);
  });
});

describe("replay", () => {
  test("without --yes says what would be sent, and how to", async () => {
    answers({ list: [letter(1), letter(2)], replay: [refusal(2, "no JSON"), sum(true, 1, 1)] });
    await replayDeadLetters(local, { yes: false, reason: ["document-rejected"], since: "2h" });
    const since = /^replay --since \S+Z --reason document-rejected$/;
    expect(asked()).toEqual([expect.stringMatching(/^list --since .* --no-value$/), expect.stringMatching(since)]);
    const text = printed.join("\n");
    expect(text).toContain("Nothing was sent. A replay would send 1 to Elasticsearch.");
    expect(text).toContain(
      "To send: npm run dead-letters -- replay --yes --environment local --since 2h --reason document-rejected",
    );
    expect(process.exitCode).toBeUndefined();
  });

  test("says how many are indexed", async () => {
    answers({ replay: [sum(false, 12, 0)] });
    await replayDeadLetters(local, { yes: true, at: "3/17" });
    expect(asked()).toEqual(["replay --yes --at 3/17"]);
    expect([printed, process.exitCode]).toEqual([["Indexed: 12. Still dead letters: 0."], undefined]);
  });

  test("tells what is still refused, together where the same was said, and ends with 1", async () => {
    answers({ replay: [refusal(1, "byte 17: no"), refusal(2, "byte 4: no"), refusal(9, "other"), sum(false, 4, 3)] });
    await replayDeadLetters(local, { yes: true });
    expect(rows(printed.join("\n"))).toEqual([
      ["letters", "place of the first", "reason", "what was said"],
      ["2", "3/1", "document-rejected", "byte 17: no"],
      ["1", "3/9", "document-rejected", "other"],
    ]);
    expect(process.exitCode).toBe(1);
  });

  test.each([true, false])("of nothing is no failure (--yes: %s)", async (yes) => {
    answers({ replay: [sum(!yes, 0, 0)] });
    await replayDeadLetters(local, { yes });
    expect(told).toEqual(["environment 'local' has no dead letters that wait for a replay"]);
    expect([printed, process.exitCode]).toEqual([[], undefined]);
  });
});
