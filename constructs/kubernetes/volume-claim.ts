import type { StatefulSetV1Config } from "@cdktf/provider-kubernetes/lib/stateful-set-v1";
import type { Size } from "../core/size";
import type { KubernetesSite } from "./site";

/** The disk of a component that keeps data. */
export interface VolumeClaimProps {
  /** Of its volume claim. */
  readonly storage: Size;
  /** Of its volume claim. @default the cluster's default class */
  readonly storageClass?: string;
  /**
   * What becomes of its volume claim, and so of its data, when it is destroyed or made anew, as a change of `storage` does.
   * @default keep
   */
  readonly whenDestroyed?: "keep" | "delete";
}

type Rendered = Pick<StatefulSetV1Config["spec"], "volumeClaimTemplate" | "persistentVolumeClaimRetentionPolicy">;

/** The part of a StatefulSet's spec that is about the only claim of each of its pods. See `PodVolume.claim`. */
export function volumeClaim(site: KubernetesSite, component: string, name: string, props: VolumeClaimProps): Rendered {
  return {
    volumeClaimTemplate: [
      {
        metadata: site.metadata(component, { name }),
        spec: {
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: `${props.storage.toMebibytes()}Mi` } },
          ...(props.storageClass ? { storageClassName: props.storageClass } : {}),
        },
      },
    ],
    persistentVolumeClaimRetentionPolicy: [
      { whenDeleted: props.whenDestroyed === "delete" ? "Delete" : "Retain", whenScaled: "Retain" },
    ],
  };
}
