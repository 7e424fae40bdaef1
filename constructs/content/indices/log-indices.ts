import { Construct } from "constructs";
import { type Indexing, LONGEST_MONTH_DAYS } from "../../../contract/indexing";
import { renderMappings } from "../../../contract/index-template";
import {
  dataStreamName,
  DEAD_LETTER_STREAM_PATTERN,
  deadLetterStreamName,
  INDEX_TEMPLATE,
  LIFECYCLE_POLICY,
  MAPPING_COMPONENT_TEMPLATE,
  MONTHLY_INDEX_PATTERN,
  MONTHLY_INDEX_TEMPLATE,
  MONTHLY_LIFECYCLE_POLICY,
  SETTINGS_COMPONENT_TEMPLATE,
  STREAM_PATTERN,
} from "../../../contract/names";
import { Duration } from "../../core/duration";
import { Problems } from "../../core/validation";
import { ComponentTemplate } from "./component-template";
import type { ContentBundle } from "../content-bundle";
import { DataStream } from "./data-stream";
import type { IlmPhases } from "../lifecycle/ilm-phases";
import { type IndexSettings, indexSettingsProblems, renderIndexSettings } from "./index-settings";
import { IndexTemplate } from "./index-template";
import { IndexLifecyclePolicy } from "../lifecycle/lifecycle-policy";

export interface LogIndicesProps extends Omit<IndexSettings, "lifecycle"> {
  /** The environment: the last part of its streams' names. */
  readonly namespace: string;
  /** @default "data-stream" */
  readonly indexing?: Indexing;
  /** Of an index of a stream. @default it takes lines for ever, and nothing deletes it */
  readonly phases?: IlmPhases;
}

/**
 * How lines and dead letters are stored: mapping, settings and lifecycle. Dead letters are in a stream whichever way lines are
 * kept. No ingest pipeline: the consumer makes a document as it shall be, where it can be tested and where it scales.
 */
export class LogIndices extends Construct {
  /** How long lines are really kept. @default for ever */
  readonly lifecycle: IndexLifecyclePolicy | undefined;

  /** @throws ConfigurationError naming everything that Elasticsearch would refuse */
  constructor(bundle: ContentBundle, id: string, props: LogIndicesProps) {
    super(bundle, id);
    const { namespace, indexing = "data-stream", phases, ...settings } = props;
    new Problems().add(indexSettingsProblems(settings)).throwIfAny();
    const policyOf = (policy: IndexLifecyclePolicy | undefined) =>
      policy && !bundle.lacks(policy.api) ? { lifecycle: policy.name } : {};

    const streamPolicy = phases
      ? new IndexLifecyclePolicy(this, "Lifecycle", { name: LIFECYCLE_POLICY, phases })
      : undefined;
    const mappings = new ComponentTemplate(this, "Mappings", {
      name: MAPPING_COMPONENT_TEMPLATE,
      mappings: renderMappings(),
    });
    const streamTemplate = new IndexTemplate(this, "Template", {
      name: INDEX_TEMPLATE,
      patterns: [STREAM_PATTERN, DEAD_LETTER_STREAM_PATTERN],
      dataStream: true,
      composedOf: [
        mappings,
        new ComponentTemplate(this, "Settings", {
          name: SETTINGS_COMPONENT_TEMPLATE,
          settings: () => renderIndexSettings({ ...settings, ...policyOf(streamPolicy) }),
        }),
      ],
      lifecycle: streamPolicy,
    });
    new DataStream(this, "DeadLetters", deadLetterStreamName(namespace), streamTemplate);
    this.lifecycle = streamPolicy;
    if (indexing === "data-stream") {
      new DataStream(this, "Lines", dataStreamName(namespace), streamTemplate);
      return;
    }
    const monthlyPolicy = phases
      ? new IndexLifecyclePolicy(this, "MonthlyLifecycle", {
          name: MONTHLY_LIFECYCLE_POLICY,
          phases: monthlyPhases(phases),
          takesLinesFor: MONTH,
        })
      : undefined;
    new IndexTemplate(this, "MonthlyTemplate", {
      name: MONTHLY_INDEX_TEMPLATE,
      patterns: [MONTHLY_INDEX_PATTERN],
      composedOf: [
        mappings,
        new ComponentTemplate(this, "MonthlySettings", {
          name: `${MONTHLY_INDEX_TEMPLATE}@settings`,
          settings: () => renderIndexSettings({ ...settings, ...policyOf(monthlyPolicy) }),
        }),
      ],
      lifecycle: monthlyPolicy,
    });
    this.lifecycle = monthlyPolicy;
  }
}

const MONTH = Duration.days(LONGEST_MONTH_DAYS);

/**
 * The same ages for an index of a month: they count from its first day, so it must be over first. What else is done in the hot
 * phase is done after a rollover, and there is none.
 */
export function monthlyPhases({ hot, ...later }: IlmPhases): IlmPhases {
  const aMonthLater = <P extends { readonly after: Duration }>(phase: P): P => ({
    ...phase,
    after: Duration.milliseconds(phase.after.toMilliseconds() + MONTH.toMilliseconds()),
  });
  return {
    hot: hot.priority === undefined ? {} : { priority: hot.priority },
    ...(later.warm ? { warm: aMonthLater(later.warm) } : {}),
    ...(later.cold ? { cold: aMonthLater(later.cold) } : {}),
    ...(later.frozen ? { frozen: aMonthLater(later.frozen) } : {}),
    ...(later.delete ? { delete: aMonthLater(later.delete) } : {}),
  };
}
