import { KubernetesError, type KubernetesApi } from "./api";

/** Of an object that a Secret shall not outlive. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export type Values = Readonly<Record<string, string>>;

export interface Applied {
  readonly values: Values;
  readonly change: "created" | "changed" | "none";
}

/** A Secret is not as it shall be, and is not ours to change. */
export class RefusedError extends Error {}

interface Secret {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Values;
    readonly ownerReferences?: readonly OwnerReference[];
  };
  /** In base64. */
  readonly data?: Values;
}

/** The owner that a service account of the namespace is. @throws KubernetesError if there is none of this name */
export async function serviceAccountOwner(api: KubernetesApi, name: string): Promise<OwnerReference> {
  const { metadata } = await api.get<{ readonly metadata: { readonly uid: string } }>("serviceaccounts", name);
  return { apiVersion: "v1", kind: "ServiceAccount", name, uid: metadata.uid };
}

/**
 * Secrets that carry a mark, belong to an owner and go with it. One without the mark is somebody's own: it is used as it is,
 * and never changed.
 */
export class OwnedSecrets {
  constructor(
    private readonly api: KubernetesApi,
    private readonly owner: OwnerReference,
    private readonly mark: Values,
    /** @default none but the mark */
    private readonly labels: Values = {},
  ) {}

  /**
   * Makes a Secret what `derive` says it shall be, given what it is. Keys that `derive` does not name stay as they are.
   *
   * @throws KubernetesError of status 409 if another has changed it meanwhile: what is there now is to be read again
   * @throws RefusedError if it would have to change, and is not ours
   */
  async apply(name: string, derive: (current: Values) => Values | Promise<Values>): Promise<Applied> {
    const found = await this.find(name);
    const values = await derive(decode(found?.data));
    const data = { ...found?.data, ...encode(values) };
    if (!found) {
      const metadata = { name, labels: this.labelled(), ownerReferences: [this.owner] };
      await this.api.create("secrets", { apiVersion: "v1", kind: "Secret", type: "Opaque", metadata, data });
      return { values, change: "created" };
    }
    const { labels = {}, ownerReferences = [] } = found.metadata;
    const different = Object.keys(data).filter((key) => data[key] !== found.data?.[key]);
    if (!contains(labels, this.mark)) {
      if (different.length === 0) return { values, change: "none" };
      throw new RefusedError(
        `the secret '${name}' was not made by this program, which would have to change ${different.join(", ")} in it: ` +
          `set that yourself, or delete the secret, so that it is made anew`,
      );
    }
    const isOwned = ownerReferences.some(({ uid }) => uid === this.owner.uid);
    if (different.length === 0 && isOwned && contains(labels, this.labels)) return { values, change: "none" };
    // An owner of the same name that was made anew has another uid; with the old one, the Secret would be collected.
    const others = ownerReferences.filter(({ kind, name }) => kind !== this.owner.kind || name !== this.owner.name);
    // With the resourceVersion that was read: a change in between makes this fail.
    await this.api.replace("secrets", name, {
      ...found,
      metadata: { ...found.metadata, labels: this.labelled(labels), ownerReferences: [...others, this.owner] },
      data,
    });
    return { values, change: "changed" };
  }

  private async find(name: string): Promise<Secret | undefined> {
    try {
      return await this.api.get<Secret>("secrets", name);
    } catch (error) {
      if (error instanceof KubernetesError && error.status === 404) return undefined;
      throw error;
    }
  }

  private labelled(current: Values = {}): Values {
    return { ...current, ...this.labels, ...this.mark };
  }
}

function contains(values: Values, some: Values): boolean {
  return Object.entries(some).every(([key, value]) => values[key] === value);
}

function encode(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
}

function decode(data: Values = {}): Values {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]),
  );
}
