import type { Construct } from "constructs";
import { type Json, managed } from "../../../contract/index-template";
import type { ComponentTemplate } from "./component-template";
import { ContentItem } from "../content-item";
import type { IndexLifecyclePolicy } from "../lifecycle/lifecycle-policy";

export interface IndexTemplateProps {
  readonly name: string;
  readonly patterns: readonly string[];
  /** Whether it is for data streams. @default false: for plain indices */
  readonly dataStream?: boolean;
  readonly composedOf: readonly ComponentTemplate[];
  /** @default none */
  readonly lifecycle?: IndexLifecyclePolicy | undefined;
}

/** What a new index of lines is like. */
export class IndexTemplate extends ContentItem<"_index_template"> {
  readonly api = "_index_template";

  /** @throws ConfigurationError for a lifecycle that indices of this kind cannot go through */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: IndexTemplateProps,
  ) {
    super(scope, id, props.name);
    const { lifecycle, dataStream = false } = props;
    this.refuse(lifecycle ? lifecycleProblems(lifecycle, dataStream) : []);
  }

  body(): Json {
    const { patterns, dataStream, composedOf } = this.props;
    return managed({
      index_patterns: [...patterns],
      ...(dataStream ? { data_stream: {} } : {}),
      composed_of: composedOf.map(({ name }) => name),
      priority: PRIORITY,
    });
  }
}

/** Elasticsearch's own templates for `logs-*-*` have 100; a template of equal priority is refused. */
const PRIORITY = 500;

function lifecycleProblems({ name, props: { phases } }: IndexLifecyclePolicy, dataStream: boolean): string[] {
  const problems: string[] = [];
  const downsampled = (["hot", "warm", "cold"] as const).filter((phase) => phases[phase]?.downsample);
  if (downsampled.length > 0) {
    problems.push(
      `the lifecycle '${name}' has '${downsampled.join("', '")}.downsample', which is for time series data streams, and lines are none: it would wait there for ever; remove it`,
    );
  }
  if (dataStream && !phases.hot.rollover) {
    problems.push(
      `the lifecycle '${name}' has no 'hot.rollover': a data stream would write to its first index until its ages pass, and Elasticsearch deletes no index that is written to; add it`,
    );
  }
  if (!dataStream && phases.hot.rollover) {
    problems.push(
      `the lifecycle '${name}' has 'hot.rollover', and what is no data stream has no next index to go to: leave it out, and state how long an index takes lines`,
    );
  }
  return problems;
}
