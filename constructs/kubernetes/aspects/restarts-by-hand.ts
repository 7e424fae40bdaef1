import { type IAspect, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/** Where `kubectl rollout restart` notes its time, in the provider's spelling. */
const NOTE = 'spec[0].template[0].metadata[0].annotations["kubectl.kubernetes.io/restartedAt"]';

const RESTARTED = /^kubernetes_(deployment|stateful_?set|daemon_?set)(_v\d+)?$/;

/**
 * Pods that were started anew by hand are no difference: taking the note away again would start them once more. The provider
 * overlooks what Kubernetes' own programs write on objects, but not on pod templates, whatever its `ignore_annotations` say.
 */
export class RestartsByHand implements IAspect {
  visit(node: IConstruct): void {
    if (!TerraformResource.isTerraformResource(node) || !RESTARTED.test(node.terraformResourceType)) return;
    const ignored = node.lifecycle?.ignoreChanges ?? [];
    // "all" covers it.
    if (typeof ignored === "string" || ignored.includes(NOTE)) return;
    node.lifecycle = { ...node.lifecycle, ignoreChanges: [...ignored, NOTE] };
  }
}
