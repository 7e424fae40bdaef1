import { NamespaceV1, type NamespaceV1Config } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { Aspects, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { validateTogether } from "../constructs/core/validate-together";
import { kubernetesRules } from "../constructs/kubernetes/aspects/rules";
import { EckOperator } from "../constructs/operators/eck";
import type { OperatorProps } from "../constructs/operators/operator";
import { StrimziOperator } from "../constructs/operators/strimzi";
import type { KubernetesPlatform } from "../environments/environment";
import { addHelmProvider } from "./helm-provider";
import { addKubernetesProvider } from "./kubernetes-provider";
import type { StackProps } from "./stack-props";
import { StateBackend } from "./state-backend";

/** What must be there before the pipeline: its namespace, and the operators that run parts of it. */
export class PlatformStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: StackProps<KubernetesPlatform>) {
    super(scope, id);
    const { environment, platform } = props;
    const { namespace, operators, claims } = platform;
    new StateBackend(this, props);
    addKubernetesProvider(this, platform.cluster);
    const keep = claims.whenDestroyed === "keep";
    Aspects.of(this).add(kubernetesRules(keep ? { keepDataOf: namespace.name } : {}));
    validateTogether(this);
    const before: NamespaceV1[] = [];
    if (namespace.create) {
      before.push(
        this.addNamespace("Namespace", environment.name, {
          name: namespace.name,
          // Filebeat reads the node's log files, which no stricter standard lets a pod do; every other pod is held to the
          // restricted one at synth. Auditing tells of any that is not.
          podSecurity: { enforce: "privileged", audit: "restricted" },
          // It takes its claims with it.
          protect: keep,
        }),
      );
    }
    if (operators?.namespace.create) {
      before.push(
        this.addNamespace("OperatorsNamespace", environment.name, {
          name: operators.namespace.name,
          podSecurity: { enforce: "restricted" },
          protect: false,
        }),
      );
      addHelmProvider(this, platform.cluster);
      const operator: OperatorProps = {
        namespace: operators.namespace.name,
        watches: [namespace.name, ...(operators.alsoWatch ?? [])],
        dependsOn: before,
      };
      if (platform.kafka?.kind === "strimzi") new StrimziOperator(this, "Strimzi", operator);
      if (platform.elasticsearch?.kind === "eck") new EckOperator(this, "Eck", operator);
    }
  }

  private addNamespace(id: string, environment: string, { name, podSecurity, protect }: NamespaceProps): NamespaceV1 {
    const config: NamespaceV1Config = {
      metadata: {
        name,
        labels: {
          "app.kubernetes.io/name": "log-pipeline",
          "app.kubernetes.io/instance": environment,
          "app.kubernetes.io/part-of": "log-pipeline",
          "app.kubernetes.io/managed-by": "cdktf",
          ...Object.fromEntries(
            Object.entries(podSecurity).map(([mode, standard]) => [`pod-security.kubernetes.io/${mode}`, standard]),
          ),
        },
      },
      ...(protect ? { lifecycle: { preventDestroy: true } } : {}),
    };
    return new NamespaceV1(this, id, config);
  }
}

interface NamespaceProps {
  readonly name: string;
  /** Pod Security Standards by what is done about a pod that does not keep to them. */
  readonly podSecurity: Readonly<Record<string, "privileged" | "restricted">>;
  /** Whether Terraform refuses to destroy it. */
  readonly protect: boolean;
}
