import type { Construct } from "constructs";
import { type Json, managed } from "../../../contract/index-template";
import type { Duration } from "../../core/duration";
import { ContentItem } from "../content-item";
import { type IlmPhases, renderPhases } from "./ilm-phases";
import { phaseProblems } from "./ilm-phases-problems";
import { type Retention, retentionOf, retentionText } from "./retention";

export interface IndexLifecyclePolicyProps {
  readonly name: string;
  readonly phases: IlmPhases;
  /** How long an index takes lines that nothing rolls over, such as one of a month. @default `hot.rollover.maxAge` */
  readonly takesLinesFor?: Duration;
}

/** How indices go through their life. */
export class IndexLifecyclePolicy extends ContentItem<"_ilm/policy"> {
  readonly api = "_ilm/policy";
  /** How long lines are really kept. @default for ever */
  readonly retention: Retention | undefined;

  /** @throws ConfigurationError for phases that Elasticsearch would refuse, or do nothing about */
  constructor(
    scope: Construct,
    id: string,
    readonly props: IndexLifecyclePolicyProps,
  ) {
    super(scope, id, props.name);
    this.refuse(phaseProblems(props.phases));
    this.retention = retentionOf(props.phases, props.takesLinesFor);
  }

  body(): Json {
    const policy = managed({ phases: renderPhases(this.props.phases) });
    const kept = this.retention ? retentionText(this.retention) : "for ever";
    return { policy: { ...policy, _meta: { ...(policy["_meta"] as Json), lines_are_kept: kept } } };
  }
}
