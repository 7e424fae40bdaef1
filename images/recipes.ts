import { contentHash } from "./content-hash";

export type ImageSource = "registry" | "packages";

/** Where images come from. */
export const IMAGE_SOURCES: readonly ImageSource[] = ["registry", "packages"];

/** A folder below images/ that becomes an image or a program. */
export type RecipeName =
  | "builder"
  | "base"
  | "base-java"
  | "node"
  | "kafka"
  | "elasticsearch"
  | "filebeat"
  | "jaeger"
  | "consumer"
  | "sample-services"
  | "otel-collector"
  | "opentofu"
  | "terraform-provider-docker"
  | "kubernetes"
  | "coredns"
  | "helm"
  | "eck-operator";

/**
 * How a recipe is carried out:
 *
 * - `debian`: packages.txt becomes a root file system (mmdebstrap), then an image
 * - `builder`: build.sh fills out/ inside the builder
 * - `npm`, `bundle`: Node fills out/ on the host; `npm` takes the Node.js binary from its package, `bundle` the consumer
 *
 * The last three then have a Dockerfile, or are programs.
 */
export type RecipeKind = "debian" | "builder" | "npm" | "bundle";

/** An image to start from: one of ours, or a reference in a registry. */
export type BaseImage = { readonly recipe: RecipeName } | { readonly reference: string };

export interface Recipe {
  readonly kind: RecipeKind;
  readonly version: string;
  /** What its Dockerfile starts from. @default none: it starts from nothing, or is a program */
  readonly base?: Readonly<Record<ImageSource, BaseImage>>;
  /** Paths from the repository's root that decide its content, besides its own folder. @default none */
  readonly sources?: readonly string[];
}

const onBase = (recipe: RecipeName, reference = "scratch"): Readonly<Record<ImageSource, BaseImage>> => ({
  packages: { recipe },
  registry: { reference },
});

/** Node.js in our containers. */
export const NODE_VERSION = "24.21.0";

/** Public images that ours are built on and with when the source is `registry`. */
export const PUBLIC_BASES = {
  debian: "debian:trixie-20260918-slim",
  node: `node:${NODE_VERSION}-trixie-slim`,
  go: "golang:1.26.4-trixie",
} as const;

export const RECIPES: Readonly<Record<RecipeName, Recipe>> = {
  builder: { kind: "debian", version: "trixie" },
  base: { kind: "debian", version: "trixie" },
  // Trimmed by the script of the base.
  "base-java": { kind: "debian", version: "trixie", sources: ["images/base/trim.sh"] },
  node: { kind: "npm", version: NODE_VERSION, base: onBase("base") },
  kafka: { kind: "builder", version: "4.3.0", base: onBase("base-java") },
  elasticsearch: { kind: "builder", version: "9.5.4", base: onBase("base-java") },
  filebeat: { kind: "builder", version: "9.3.0", base: onBase("base") },
  jaeger: { kind: "builder", version: "2.13.0", base: onBase("base") },
  consumer: {
    kind: "bundle",
    version: "0.1.0",
    base: onBase("node", PUBLIC_BASES.node),
    sources: ["consumer/src", "consumer/package.json", "consumer/build.mjs", "contract", "package-lock.json"],
  },
  "sample-services": {
    kind: "builder",
    version: "0.1.0",
    base: onBase("base", PUBLIC_BASES.debian),
    sources: ["services"],
  },
  // Only to compare with: `bench:consumer`.
  "otel-collector": { kind: "builder", version: "0.122.0", base: onBase("base", PUBLIC_BASES.debian) },
  opentofu: { kind: "builder", version: "1.10.10" },
  "terraform-provider-docker": { kind: "builder", version: "4.6.0" },
  kubernetes: { kind: "builder", version: "1.34.2" },
  coredns: { kind: "builder", version: "1.14.0" },
  helm: { kind: "builder", version: "3.22.0" },
  "eck-operator": { kind: "builder", version: "3.5.0" },
};

/** The folder of a recipe, from the repository's root. */
export function recipeFolder(name: RecipeName): string {
  return `images/${name}`;
}

/** A hash of everything that decides what a recipe makes. */
export function recipeHash(name: RecipeName, source: ImageSource, root: string): string {
  const recipe = RECIPES[name];
  const base = recipe.base ? [baseReference(recipe.base[source], source, root)] : [];
  return contentHash(root, [recipeFolder(name), ...(recipe.sources ?? [])], [recipe.kind, recipe.version, ...base]);
}

/** What the names of images begin with that are built here. */
export const OWN_PREFIX = "log-pipeline/";

/** The tag of a recipe's image: the same content has the same tag in every checkout. */
export function recipeTag(name: RecipeName, source: ImageSource, root: string): string {
  return `${OWN_PREFIX}${name}:${RECIPES[name].version}-${recipeHash(name, source, root)}`;
}

/** The reference of an image to start from. */
export function baseReference(base: BaseImage, source: ImageSource, root: string): string {
  return "recipe" in base ? recipeTag(base.recipe, source, root) : base.reference;
}
