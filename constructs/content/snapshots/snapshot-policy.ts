import type { Construct } from "constructs";
import type { Json } from "../../../contract/index-template";
import { SNAPSHOT_POLICY, SNAPSHOT_REPOSITORY } from "../../../contract/names";
import { ContentItem } from "../content-item";
import {
  renderSnapshotPolicy,
  renderSnapshotRepository,
  type SnapshotRepository as Location,
  type Snapshots,
} from "./snapshots";

/** Where snapshots are kept. Nothing removes it: it has no place for a mark, and its snapshots outlive it. */
export class SnapshotRepository extends ContentItem<"_snapshot"> {
  readonly api = "_snapshot";

  constructor(
    scope: Construct,
    id: string,
    private readonly location: Location,
  ) {
    super(scope, id, SNAPSHOT_REPOSITORY);
  }

  body(): Json {
    return renderSnapshotRepository(this.location);
  }
}

/** When snapshots are taken, of what, and how long they are kept. */
export class SnapshotPolicy extends ContentItem<"_slm/policy"> {
  readonly api = "_slm/policy";

  /** @param indices streams, or indices that are none of a stream */
  constructor(
    scope: Construct,
    id: string,
    private readonly snapshots: Snapshots,
    private readonly indices: readonly string[],
  ) {
    super(scope, id, SNAPSHOT_POLICY);
  }

  body(): Json {
    return renderSnapshotPolicy(this.snapshots, this.indices);
  }
}
