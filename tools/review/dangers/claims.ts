import { claimsOf } from "../claims";
import { code, sizeInWords } from "../words";
import { about, type DangerRule, type Finding } from "./danger";

/** Disks. */
export const claims: DangerRule = {
  name: "claims",
  finds: {
    danger: "a claim is smaller, or of another storage class",
    warning: "a claim of a StatefulSet is larger",
    notice: "a claim that an operator enlarges is larger",
  },
  find: ({ before, after }) => {
    const current = claimsOf(after);
    return [...claimsOf(before)].flatMap(([id, old]) => {
      const claim = current.get(id);
      if (!claim) return [];
      return [...sizeFindings(old, claim), ...classFindings(old, claim)];
    });
  },
};

type Claim = ReturnType<typeof claimsOf> extends ReadonlyMap<string, infer C> ? C : never;

function sizeFindings(old: Claim, claim: Claim): Finding[] {
  if (old.size === claim.size) return [];
  const sizes = {
    ...about(claim.item, `claim \`${claim.name}\``),
    from: sizeInWords(old.size),
    to: sizeInWords(claim.size),
  };
  if (claim.size < old.size) {
    return [
      {
        ...sizes,
        severity: "danger",
        why: "A claim cannot shrink: Kubernetes and the operators refuse it, so nothing else of this component is deployed either; and where Terraform replaces what has the claim, it is away meanwhile, while the old disk stays.",
        safeWay: `Keep ${sizeInWords(old.size)}. For smaller disks add nodes with them, let the data move there, then remove the old ones.`,
      },
    ];
  }
  if (claim.item.kind !== "kubernetes_stateful_set_v1") {
    return [
      {
        ...sizes,
        severity: "notice",
        why: "The operator enlarges the claims in place, if their storage class has `allowVolumeExpansion`; it cannot be taken back.",
        safeWay: "Look before: `kubectl get storageclass`.",
      },
    ];
  }
  return [
    {
      ...sizes,
      severity: "warning",
      why: "A StatefulSet's claims cannot be changed: Terraform replaces it, its pod is away meanwhile, and the disk that is there stays as small as it is.",
      safeWay:
        "Enlarge the claim itself first (`kubectl patch pvc`, where its class has `allowVolumeExpansion`), then delete the StatefulSet with `--cascade=orphan`, import the new one, and deploy.",
    },
  ];
}

function classFindings(old: Claim, claim: Claim): Finding[] {
  if (old.storageClass === claim.storageClass) return [];
  return [
    {
      ...about(claim.item, `storage class of claim \`${claim.name}\``),
      severity: "danger",
      from: code(old.storageClass),
      to: code(claim.storageClass),
      why: "The class of a claim that is there cannot be changed: it is refused, or the new disks begin empty.",
      safeWay: "Add nodes with the other class, let the data move there, then remove the old ones.",
    },
  ];
}
