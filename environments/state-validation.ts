import { Problems } from "../constructs/core/validation";
import type { EnvironmentConfig, StateBackend } from "./environment";

type Facts<K extends StateBackend["kind"]> = Exclude<keyof Extract<StateBackend, { kind: K }>, "kind">;

/** What each kind of backend needs to be told. */
const REQUIRED: { readonly [K in StateBackend["kind"]]: readonly Facts<K>[] } = {
  local: [],
  s3: ["bucket", "region", "key"],
  gcs: ["bucket", "prefix"],
  azurerm: ["resourceGroup", "storageAccount", "container", "key"],
  kubernetes: ["namespace"],
  pg: ["schemaPrefix"],
  http: ["address"],
};

/** What is missing or wrong in where the state is kept; empty if nothing. */
export function stateProblems({ state, platform }: EnvironmentConfig): string[] {
  const problems = new Problems();
  for (const fact of REQUIRED[state.kind]) {
    problems.require(
      Boolean((state as unknown as Record<string, unknown>)[fact]),
      `'state.${fact}' is empty: a backend of kind '${state.kind}' needs ${REQUIRED[state.kind].join(", ")}`,
    );
  }
  problems.require(
    state.kind !== "local" || platform.kind !== "kubernetes" || platform.claims.whenDestroyed === "delete",
    "'state.kind' is 'local', and 'platform.claims.whenDestroyed' is 'keep': a file of one checkout is locked for nobody else, and lost with it; choose another kind, each of which is locked, or 'delete'",
  );
  if (state.kind === "kubernetes") {
    problems.require(
      platform.kind === "kubernetes",
      "'state.kind' is 'kubernetes', but the environment has no cluster to keep it in: choose another kind",
    );
  }
  if (state.kind === "http" && state.address) {
    problems.require(
      state.address.startsWith("https://"),
      `'state.address' ('${state.address}') must begin with https://: the password goes with every request`,
    );
  }
  if (state.kind === "pg" && state.schemaPrefix) {
    problems.require(
      /^[a-z_][a-z0-9_]{0,30}$/.test(state.schemaPrefix),
      `'state.schemaPrefix' ('${state.schemaPrefix}') must be a name of at most 31 lower-case letters, digits and '_'`,
    );
  }
  return problems.list();
}
