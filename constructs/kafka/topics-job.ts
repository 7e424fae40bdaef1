import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { renderSettings } from "../../contract/settings";
import { topicsSettingsSchema } from "../../contract/topics";
import { ProgramJob } from "../consumer/job";
import { kafkaAccess } from "../consumer/program";
import type { ContainerImage } from "../core/container-image";
import type { KubernetesSite } from "../kubernetes/site";
import type { KafkaAccess } from "./cluster-base";

export interface TopicsJobProps {
  /** The consumer's: it carries `topics apply`. */
  readonly image: ContainerImage;
  /** As a user who may make and change topics. What it says to be ready is there before the Job starts. */
  readonly kafka: KafkaAccess;
  /** The program's `TOPICS`. Called at synthesis: topics are added until then. */
  readonly topics: () => string;
}

/** Makes topics, and what was changed about them, before any client starts. */
export class TopicsJob extends Construct {
  readonly applied: ITerraformDependable;

  constructor(scope: Construct, id: string, site: KubernetesSite, { image, kafka, topics }: TopicsJobProps) {
    super(scope, id);
    const { settings, mounts } = kafkaAccess(kafka);
    const job = new ProgramJob(this, "Apply", site, {
      name: "kafka-topics",
      image,
      command: ["topics", "apply"],
      env: renderSettings("the topics'", topicsSettingsSchema.omit({ TOPICS: true }), settings),
      lateEnv: { TOPICS: topics },
      mounts,
      dependsOn: kafka.ready,
    });
    if (kafka.endpoint) job.pods.allowTo(kafka.endpoint);
    this.applied = job.done;
  }
}
