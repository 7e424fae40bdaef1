import { type Data, at, leavesOf, textAt } from "../data";
import type { Item } from "../items";
import { code } from "../words";
import { about, type DangerRule } from "./danger";

/** What keeps data from being taken, where it stands, and when it protects. */
const PROTECTIONS: readonly {
  readonly name: string;
  readonly where: RegExp;
  protects(value: string): boolean;
}[] = [
  { name: "`lifecycle.prevent_destroy`", where: /^lifecycle\/prevent_destroy$/, protects: (value) => value === "true" },
  {
    name: "`helm.sh/resource-policy`",
    where: /^metadata\/annotations\/helm\.sh\/resource-policy$/,
    protects: (value) => value === "keep",
  },
  { name: "`deleteClaim`", where: /(^|\/)deleteClaim$/, protects: (value) => value === "false" },
  {
    name: "`volumeClaimDeletePolicy`",
    where: /(^|\/)volumeClaimDeletePolicy$/,
    protects: (value) => value === "DeleteOnScaledownOnly",
  },
  {
    name: "what becomes of claims when it is deleted",
    where: /persistent_volume_claim_retention_policy\/.*when_deleted$/,
    protects: (value) => value === "Retain",
  },
];

/** Protections that are taken away. */
export const protections: DangerRule = {
  name: "protections",
  finds: {
    danger:
      "what keeps data from being taken is lifted: `prevent_destroy`, `helm.sh/resource-policy: keep`, `deleteClaim: false`, ECK's or a StatefulSet's policy for claims",
  },
  find: ({ before, after }) =>
    before.flatMap((old) => {
      const item = after.find(({ id }) => id === old.id);
      if (!item) return [];
      return protectionsOf(old).flatMap(({ name, path }) => {
        const value = textAt(item.body, ...path.map(index));
        const { protects } = PROTECTIONS.find((one) => one.name === name) ?? { protects: () => true };
        if (value !== undefined && protects(value)) return [];
        // What is no more has no claim that could go; other rules tell of it.
        if (value === undefined && parentGone(item, path)) return [];
        return [
          {
            ...about(item, `protection ${name}`),
            severity: "danger" as const,
            from: code(textAt(old.body, ...path.map(index)) ?? ""),
            to: value === undefined ? "nothing" : code(value),
            why: "The next deploy or destroy that removes it takes its data too, and nothing refuses or asks any more.",
            safeWay:
              'Keep `platform.claims.whenDestroyed: "keep"`. If the data shall really go, lift the protection in a deploy of its own, look at its plan, and remove in another one.',
          },
        ];
      });
    }),
};

function protectionsOf({ body }: Item): { readonly name: string; readonly path: readonly string[] }[] {
  return leavesOf(body).flatMap(([path, value]) =>
    PROTECTIONS.filter(({ where, protects }) => where.test(path.join("/")) && protects(String(value))).map(
      ({ name }) => ({ name, path }),
    ),
  );
}

/** leavesOf writes an index of a list as `#0`. */
function index(key: string): string {
  return key.replace(/^#(?=\d+$)/, "");
}

/** Whether an entry of a keyed list is gone, rather than what it says. */
function parentGone({ body }: Item, path: readonly string[]): boolean {
  const parent: Data | undefined = at(body, ...path.slice(0, -1).map(index));
  return parent === undefined && /^(nodeSets|volumes)$/.test(path.at(-3) ?? "");
}
