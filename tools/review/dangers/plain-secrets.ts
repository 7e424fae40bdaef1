import { code } from "../words";
import { about, type DangerRule } from "./danger";

/** Secrets that anyone sees who sees the code, the state or the cluster. */
export const plainSecrets: DangerRule = {
  name: "plain-secrets",
  finds: { danger: "something that looks like a password, a key or a token stands in what is deployed" },
  find: ({ before, after }) =>
    after.flatMap((item) => {
      const known = new Set(before.find(({ id }) => id === item.id)?.secrets.map(inOne));
      return item.secrets
        .filter((secret) => !known.has(inOne(secret)))
        .map(({ looks, path }) => ({
          ...about(
            item,
            path.length === 0
              ? "a secret in plain sight"
              : `a secret in plain sight at ${code(path.slice(-3).join("."))}`,
          ),
          severity: "danger" as const,
          to: `${looks} (withheld here)`,
          why: "It is in the synthesized JSON, in Terraform's state and in plans, for everyone who reads them, and in the history of the repository if it stands in the code.",
          safeWay:
            "Put it into a Secret of the cluster and name that (`SecretRef`). What was pushed already is known: make a new one.",
        }));
    }),
};

function inOne({ looks, path }: { readonly looks: string; readonly path: readonly string[] }): string {
  return [looks, ...path].join("\0");
}
