// What the provider hashicorp/kubernetes does not take from the API as it is. Kept short: everything else follows from the
// OpenAPI document.

/**
 * Attributes of a resource that tell Terraform how to work and are no part of the object: its own meta-arguments, and how
 * long it waits.
 */
export const TERRAFORM_ONLY: ReadonlySet<string> = new Set([
  "depends_on",
  "lifecycle",
  "provider",
  "timeouts",
  "wait_for_rollout",
  "wait_for_completion",
  "wait_for_load_balancer",
  "wait_for_default_service_account",
  "wait_for_service_account_token",
  "wait_until_bound",
  "target_state",
]);

/** The same of `kubernetes_manifest`, whose one other attribute is the object. */
export const MANIFEST_ONLY: ReadonlySet<string> = new Set([
  ...TERRAFORM_ONLY,
  "wait",
  "wait_for",
  "field_manager",
  "computed_fields",
]);

/** Resources that do more than make an object. */
export const MORE_THAN_AN_OBJECT: ReadonlyMap<string, string> = new Map(
  ["kubernetes_certificate_signing_request", "kubernetes_certificate_signing_request_v1"].map((type) => [
    type,
    "Terraform also approves it, which no object can say",
  ]),
);

/** Makes any number of objects out of one, or runs something: nothing that an object can say. */
export const EXPANSIONS: ReadonlySet<string> = new Set(["count", "for_each", "dynamic", "provisioner", "connection"]);

/** Attributes that have a name of their own, by definition. */
export const RENAMED: ReadonlyMap<string, string> = new Map([
  ["DaemonSetSpec.strategy", "updateStrategy"],
  ["StorageClass.storage_provisioner", "provisioner"],
  // The provider's `data` is text, which the API wants in base64; its `binary_data` is in base64 already.
  ["Secret.binary_data", "data"],
]);

/**
 * Where saying nothing means one thing to the provider, which then sends its own default, and another to the API. Nothing
 * is made up here, so that it must be said.
 */
export const DEFAULTS_DIFFER: ReadonlyMap<string, string> = new Map([
  ["PodSpec.automountServiceAccountToken", "'true', and the API what the service account says"],
  ["SecurityContext.runAsNonRoot", "'false', and the API what the pod says"],
  ["HPAScalingRules.stabilizationWindowSeconds", "'0', and the API '300' for scaling down"],
  ["StorageClass.allowVolumeExpansion", "'true', and the API 'false'"],
]);

/** Modes of files: the provider reads their digits as octal, with or without a zero before them. */
export const OCTAL: ReadonlySet<string> = new Set(["mode", "default_mode"]);

/** Values of attributes of this name are in base64 already; every other that the API wants in base64 is text. */
export const BASE64 = "binary_data";
