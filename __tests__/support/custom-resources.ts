import type { CustomResource } from "../../constructs/kubernetes/custom-resources";
import { required, unescaped } from "./synthesized";

interface ReleaseJson {
  readonly name: string;
  readonly values: readonly string[];
}

/** The objects of a release of our own chart, as Helm gets them. */
export function customResources(json: string, release: string): CustomResource[] {
  const { resource } = JSON.parse(json) as {
    readonly resource?: { readonly helm_release?: Readonly<Record<string, ReleaseJson>> };
  };
  const releases = Object.values(resource?.helm_release ?? {});
  const found = releases.find(({ name }) => name === release);
  const known = releases.map(({ name }) => name).join(", ") || "none";
  const [values] = required(found, `release ${release} (there are: ${known})`).values;
  return (JSON.parse(unescaped(required(values, `values of release ${release}`))) as { objects: CustomResource[] })
    .objects;
}
