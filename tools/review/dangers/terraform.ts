import { at, canonical, type Data, textAt } from "../data";
import { differencesOf } from "../differences";
import type { Item } from "../items";
import { code } from "../words";
import { about, type DangerRule, type Finding } from "./danger";

/** Where Terraform looks for what it knows, and for what it deploys to. */
export const terraform: DangerRule = {
  name: "terraform",
  finds: {
    danger: "the state is looked for elsewhere, or another cluster or Docker Engine is deployed to",
    warning: "an environment is in the code no more",
  },
  find: ({ before, after, was, is, environment }) => {
    if (was && !is) return [environmentGone(environment)];
    return after.flatMap((item) => {
      const old = before.find(({ id }) => id === item.id);
      return old ? [...stateMoved(old, item), ...targetMoved(old, item)] : [];
    });
  },
};

function environmentGone(environment: string): Finding {
  return {
    severity: "warning",
    component: "Terraform",
    what: `environment \`${environment}\``,
    from: "in the code",
    to: "gone",
    why: "Nothing is removed by that: what it deployed runs on, and no command knows it any more.",
    safeWay: `If it shall go, run \`npm run destroy -- ${environment}\` from a commit that still has it, first.`,
  };
}

function stateMoved(old: Item, item: Item): Finding[] {
  if (item.id.split("|")[1] !== "terraform.backend") return [];
  return differencesOf(old.body, item.body).map(({ path, before, after }) => ({
    ...about(item, `state of \`${item.stack}\`: ${path.join(".")}`),
    severity: "danger",
    from: shown(before),
    to: shown(after),
    why: "Terraform finds no state there, and so would make everything once more, beside what runs or in conflict with it.",
    safeWay: "Move the state first (`terraform init -migrate-state`), and see that the diff is empty.",
  }));
}

function shown(data: Data | undefined): string {
  return data === undefined ? "nothing" : code(typeof data === "string" ? data : canonical(data));
}

/** What decides where something is deployed to. */
const TARGETS: readonly (readonly (string | number)[])[] = [
  [0, "config_context"],
  [0, "config_path"],
  [0, "host"],
  [0, "kubernetes", "config_context"],
  [0, "kubernetes", "config_path"],
];

function targetMoved(old: Item, item: Item): Finding[] {
  if (item.kind !== "terraform provider") return [];
  return TARGETS.flatMap((path): Finding[] => {
    const [from, to] = [textAt(old.body, ...path), textAt(item.body, ...path)];
    if (from === to || at(item.body, 0) === undefined) return [];
    return [
      {
        ...about(item, path.slice(1).join(".")),
        severity: "danger",
        from: code(from ?? "none"),
        to: code(to ?? "none"),
        why: "It is deployed to another cluster, with the state of the old one: Terraform takes everything for gone and makes it anew there; what runs in the old one runs on.",
        safeWay:
          "Make an environment of another name for the other cluster; or see that it is the same one by another name.",
      },
    ];
  });
}
