import { Duration } from "../../constructs/core/duration";
import { Size } from "../../constructs/core/size";
import { canonical, type Data, isList, isObject } from "./data";
import type { Difference } from "./differences";
import type { Item } from "./items";

/** What a kind is called by people. */
const KINDS: Readonly<Record<string, string>> = {
  "_ilm/policy": "lifecycle policy",
  "_slm/policy": "snapshot policy",
  _snapshot: "snapshot repository",
  _component_template: "component template",
  _index_template: "index template",
  _data_stream: "data stream",
  data_view: "data view",
  dashboard: "dashboard",
  alert_rule: "alert rule",
  docker_container: "container",
  docker_image: "image",
  docker_network: "Docker network",
  docker_volume: "volume",
  helm_release: "Helm release",
  helm_template: "Helm chart",
};

/** `kubernetes_stateful_set_v1` is a StatefulSet. */
export function kindInWords(kind: string): string {
  const [, type] = /^kubernetes_(.*?)(_v\d+(beta\d+)?)?$/.exec(kind) ?? [];
  if (type === undefined) return KINDS[kind] ?? kind;
  return type
    .split("_")
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join("");
}

/** As in `lifecycle policy logs-app`. */
export function itemInWords({ kind, name }: Pick<Item, "kind" | "name">): string {
  return `${kindInWords(kind)} \`${name}\``;
}

/** Where it is, without what says nothing: `container consumer › env › KAFKA_GROUP`. */
export function pathInWords(path: readonly string[]): string {
  const shown = path.filter((one, index) => one !== "#0" && !isFrame(path, index));
  return (shown.length > 0 ? shown : path).map((one) => (one === "[]" ? "entry" : one)).join(" › ");
}

/** `spec.template.spec` and the like are around everything that Kubernetes has. */
function isFrame(path: readonly string[], index: number): boolean {
  const [first, second, third] = path;
  if (index === 0) return path.length > 1 && (first === "spec" || first === "data");
  return (
    first === "spec" && second === "template" && (index === 1 || (index === 2 && third === "spec")) && path.length > 3
  );
}

/** `partitions: 12 → 8`, as Markdown. */
export function differenceInWords({ path, before, after }: Difference): string {
  if (path[0] === "depends_on" && path.length === 2) {
    return before === undefined ? `now waits for ${value(after, "")}` : `waits no more for ${value(before, "")}`;
  }
  const [name, last = ""] = [pathInWords(path), path.at(-1) ?? ""];
  const where = name === "" ? "" : `${name}: `;
  if (before === undefined) return `${where}added ${value(after, last)}`;
  if (after === undefined) return `${where}removed (was ${value(before, last)})`;
  return `${where}${value(before, last)} → ${value(after, last)}`;
}

const LONGEST = 120;

function value(data: Data | undefined, name: string): string {
  const text = typeof data === "string" ? data : canonical(data ?? null);
  if (text.length > LONGEST || text.includes("\n")) return summary(data ?? null);
  const shown = text === "" ? "empty" : code(text);
  const amount = amountInWords(name, data);
  return amount === undefined ? shown : `${shown} (${amount})`;
}

function summary(data: Data): string {
  if (isList(data)) return `${data.length} entries`;
  if (isObject(data)) {
    const names = Object.keys(data);
    const [shown, rest] = [names.slice(0, 6).map(code).join(", "), names.length - 6];
    return rest > 0 ? `${shown} and ${rest} more` : shown;
  }
  const text = String(data);
  return `a text of ${text.length} characters and ${text.split("\n").length} line(s)`;
}

/** Text that Markdown shows as it is. */
export function code(text: string): string {
  const fence = "`".repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length)) + 1);
  const padded = text.startsWith("`") || text.endsWith("`") ? ` ${text} ` : text;
  return `${fence}${padded.replaceAll("\n", " ")}${fence}`;
}

/** A plain number with its unit, by its name's ending. */
function amountInWords(name: string, data: Data | undefined): string | undefined {
  const amount = typeof data === "number" || typeof data === "string" ? Number(data) : NaN;
  if (!Number.isInteger(amount) || data === "") return undefined;
  if (/(^|[._])(ms|milliseconds)$/i.test(name)) return durationInWords(amount);
  if (/(^|[._])bytes$/i.test(name)) return amount < 0 ? "unlimited" : sizeInWords(amount);
  return undefined;
}

const DAY = 86_400_000;

/** As in `14 days` or `1 day 12h`. @param amount milliseconds */
export function durationInWords(amount: number): string {
  if (amount < 0) return "for ever";
  const [days, rest] = [Math.floor(amount / DAY), amount % DAY];
  if (days === 0) return Duration.milliseconds(amount).toString();
  return [counted(days, "day"), ...(rest > 0 ? [Duration.milliseconds(rest).toString()] : [])].join(" ");
}

export function sizeInWords(bytes: number): string {
  return Size.bytes(bytes).toString();
}

/** `1 topic`, `3 topics`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
